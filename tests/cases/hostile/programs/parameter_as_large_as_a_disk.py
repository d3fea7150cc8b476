# ends: denied, fails
"""A parameter of two gigabytes, on paper: whoever draws values for it has to hold them."""

import torch
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1).expand(1 << 29))

    def forward(self, x):
        return x + self.weight[0]
