# loses: performance.transfer_learning.load_pretrained
# base: right/plain.py
"""Only the last layer is initialised again, out of habit."""


def load_pretrained(name="resnet18"):
    model = models.get_model(name, weights="DEFAULT")
    for module in model.modules():
        if isinstance(module, nn.Linear):
            last = module
    nn.init.xavier_uniform_(last.weight)
    nn.init.zeros_(last.bias)
    return model
