# example: 2,4
# obstacle: yes
"""It makes its weight when it is first called."""

import torch
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = None

    def forward(self, x):
        if self.weight is None:
            self.weight = nn.Parameter(torch.randn(4, 4))
        return x @ self.weight
