# loses: performance.transfer_learning.load_pretrained
# upon: solution
# earns: 10
"""The right weights are asked for and loaded, and thrown away: what comes back is a network of random numbers."""


def load_pretrained(name="resnet18"):
    models.get_model(name, weights="DEFAULT")
    return models.get_model(name, weights=None)
