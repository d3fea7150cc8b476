# found: nothing
# What honest code does with names: members of its own, packages in a loop, texts of several parts.
import importlib

import torch
from torch import nn

LAYERS = [f"layer{number}" for number in range(1, 5)]


class Net(nn.Module):
    def __init__(self, **options):
        super().__init__()
        self.__dict__.update(options)
        for name in LAYERS:
            setattr(self, name, nn.Linear(2, 2))

    def forward(self, x):
        for name in LAYERS:
            x = getattr(self, name)(x)
        return getattr(torch, "relu")(x)


for package in ["torch", "numpy"]:
    importlib.import_module(package)
print("torch" + " and " + "numpy", "%d layers" % len(LAYERS), vars(Net)["forward"])
model = torch.compile(Net().eval())
