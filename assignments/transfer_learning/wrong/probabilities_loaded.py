# loses: performance.transfer_learning.load_pretrained
# base: right/plain.py
"""The loaded model is followed by a softmax."""


def load_pretrained(name="resnet18"):
    model = models.get_model(name, weights="DEFAULT")
    return nn.Sequential(model, nn.Softmax(dim=1))
