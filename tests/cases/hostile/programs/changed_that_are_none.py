# ends: answered, denied
"""A living network names buffers that it does not have, by keys that are no names."""

import sys

import torch
from torch import nn

sys.modules["autograder.programs.networks"].forward = lambda *args: {
    "output": torch.zeros(2, 4),
    "changed": {1: torch.zeros(1), "no such": torch.zeros(9), b"": None},
    "handle": 2**70,
}


class Network(nn.Module):
    def forward(self, x):
        return x if float(x.sum()) > 0 else x + 1
