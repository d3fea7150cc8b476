# loses: performance.transfer_learning.load_pretrained
# base: right/plain.py
"""The keyword is misspelt: weight= instead of weights=."""


def load_pretrained(name="resnet18"):
    return getattr(models, name)(weight="IMAGENET1K_V1")
