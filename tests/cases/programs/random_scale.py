# example: 2,4
# obstacle: yes
"""It computes with random numbers of Python."""

import random

from torch import nn


class Network(nn.Module):
    def forward(self, x):
        return x * random.random()
