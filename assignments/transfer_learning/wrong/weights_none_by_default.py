# loses: performance.transfer_learning.load_pretrained
# base: right/plain.py
"""The weights are optional, and the default is none."""


def load_pretrained(name="resnet18", weights=None):
    return models.get_model(name, weights=weights)
