"""A convolution and a skip, with first values that follow from a seed."""

import torch
from torch import nn


class Network(nn.Module):
    def __init__(self, seed):
        super().__init__()
        torch.manual_seed(seed)
        self.conv = nn.Conv2d(3, 3, 3, padding=1, bias=False)

    def forward(self, x):
        return torch.relu(self.conv(x)) + x
