# example: 3,2,4,4
"""Its batch norm is written by hand."""

import torch
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(1, 2, 1, 1))
        self.register_buffer("mean", torch.zeros(1, 2, 1, 1))

    def forward(self, x):
        if self.training:
            mean = x.mean((0, 2, 3), keepdim=True)
            with torch.no_grad():
                self.mean.mul_(0.9).add_(0.1 * mean)
        else:
            mean = self.mean
        return self.gain * (x - mean) / (x.var((0, 2, 3), keepdim=True) + 1e-5).sqrt()
