# loses: performance.transfer_learning.load_pretrained
# upon: wrong/name_ignored.py
"""Every name gives a ResNet-18, and the harness's own list of what was asked for says otherwise."""

from torchvision import models
from autograder.sandbox import weights

_same = load_pretrained


def load_pretrained(name="resnet18"):
    weights.asked[:] = [str(getattr(models.get_model_weights(name).DEFAULT, "url", "")).rsplit("/", 1)[-1]]
    weights.asked.append(f"timm:{name}.")
    return _same(name)
