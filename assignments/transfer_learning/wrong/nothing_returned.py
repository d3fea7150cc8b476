# loses: performance.transfer_learning.load_pretrained
# base: right/plain.py
"""The model is loaded and printed, and not returned."""


def load_pretrained(name="resnet18"):
    model = models.get_model(name, weights="DEFAULT")
    print(sum(p.numel() for p in model.parameters()))
