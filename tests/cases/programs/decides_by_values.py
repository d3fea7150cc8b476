# example: 2,4
# obstacle: yes
"""A network whose operations depend on the values of its input."""

import torch
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(4, 4))

    def forward(self, x):
        y = x @ self.weight
        return y if float(x.sum()) > 0 else y + 0
