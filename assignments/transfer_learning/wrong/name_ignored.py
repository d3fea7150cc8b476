# loses: performance.transfer_learning.load_pretrained
# base: right/plain.py
"""Whatever is asked for, a ResNet-18 comes."""


def load_pretrained(name="resnet18"):
    weights = models.ResNet18_Weights.DEFAULT
    model = models.resnet18(weights=weights)
    return model
