# told: hidden_package 4
"""A package of the list that the assignment hides."""

from torchvision import models
