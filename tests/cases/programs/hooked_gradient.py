"""A network that changes its gradient on the way back."""

from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 4)

    def forward(self, x):
        y = self.layer(x)
        if y.requires_grad:
            y.register_hook(lambda gradient: gradient * 2)
        return y + 1
