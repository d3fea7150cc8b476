# ends: answered, denied
"""A living network gives one gradient where two are asked for, and none that is a tensor."""

import sys

import torch
from torch import nn

_networks = sys.modules["autograder.programs.networks"]
_networks.backward = lambda *_: {"gradients": ["none", None, 3]}


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(4))

    def forward(self, x):
        return x * self.weight if float(x.sum()) > 0 else self.weight - x
