# loses: performance.transfer_learning.load_pretrained
# base: right/plain.py
"""The weights are never asked for: torchvision then makes random ones, without a word."""


def load_pretrained(name="resnet18"):
    model = getattr(models, name)()
    model.eval()
    return model
