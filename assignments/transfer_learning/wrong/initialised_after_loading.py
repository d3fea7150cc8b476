# loses: performance.transfer_learning.load_pretrained
# base: right/plain.py
"""The convolutions and layers are initialised after their weights were loaded."""


def load_pretrained(name="resnet18"):
    model = models.get_model(name, weights="DEFAULT")
    for m in model.modules():
        if isinstance(m, nn.Conv2d):
            nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
        elif isinstance(m, nn.Linear):
            nn.init.normal_(m.weight, 0, 0.01)
    return model
