# example: 2,4
"""It holds a tensor that is neither parameter nor buffer."""

import torch
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = torch.arange(4.0)

    def forward(self, x):
        return x * self.hidden
