"""A network whose parameter changes its gradient."""

from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 4)
        self.layer.weight.register_hook(lambda gradient: gradient * 2)

    def forward(self, x):
        return self.layer(x)
