# ends: denied
"""The program is recorded as it is; asked for the first values of its parameters, the worker talks nonsense."""

import sys

import torch
from torch import nn

sys.modules["autograder.programs.networks"].first_values = lambda *_: [None, "weight", 7]


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(4))

    def forward(self, x):
        return x * self.weight
