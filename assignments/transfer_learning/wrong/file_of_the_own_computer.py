# loses: performance.transfer_learning.load_pretrained
# base: right/plain.py
"""The weights come from a file that only the author has."""


def load_pretrained(name="resnet18"):
    model = models.get_model(name, weights=None)
    model.load_state_dict(torch.load(f"C:/Users/ana/Downloads/{name}.pth"))
    return model
