# loses: performance.transfer_learning.load_pretrained
# base: right/plain.py
"""The model is sent to a GPU that need not be there."""


def load_pretrained(name="resnet18"):
    model = models.get_model(name, weights="DEFAULT")
    return model.to("cuda")
