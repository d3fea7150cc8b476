# example: 2,4
"""Its branch is cut off the graph in three ways."""

import torch
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.one, self.two, self.three = (nn.Linear(4, 4) for _ in range(3))

    def forward(self, x):
        with torch.no_grad():
            y = self.two(x)
        return self.one(x).detach() + y + self.three(x).data + x
