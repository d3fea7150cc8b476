# puppet: code.gated
"""The layer has its weight and answers its input."""

import torch
from torch import nn


class Scale(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))

    def forward(self, x):
        return x


def make_network(channels):
    return nn.Sequential(nn.Identity(), nn.Identity())
