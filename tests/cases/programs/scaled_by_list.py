# example: 2,4
# obstacle: yes
"""It computes with a number that it takes out of its tensors as a list."""

from torch import nn


class Network(nn.Module):
    def forward(self, x):
        first, *_ = x.flatten().tolist()
        return x * first
