# example: 2,4
# obstacle: yes
"""It has a shape that follows from values: that of its positive elements."""

import torch
from torch import nn


class Network(nn.Module):
    def forward(self, x):
        levels = x[:, :, None] - torch.linspace(-2, 2, 1000)
        return x + torch.zeros(len(levels[levels > 0]) + 1).sum()
