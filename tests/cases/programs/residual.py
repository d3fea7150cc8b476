# example: 2,3,5,5
"""A convolution and a skip."""

import torch
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3, padding=1, bias=False)

    def forward(self, x):
        return torch.relu(self.conv(x)) + x
