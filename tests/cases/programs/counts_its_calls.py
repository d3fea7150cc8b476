# example: 2,4
# obstacle: yes
"""Every call computes something else."""

from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.calls = 0

    def forward(self, x):
        self.calls += 1
        return x * self.calls
