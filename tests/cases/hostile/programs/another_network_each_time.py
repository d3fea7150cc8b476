# ends: answered, denied
"""Each recording is of another network: the module counts how often it was run."""

from torch import nn


class Network(nn.Module):
    runs = 0

    def forward(self, x):
        Network.runs += 1
        return x + Network.runs
