# ends: answered, denied, fails
"""named_parameters never ends, or names things that are no tensors."""

import itertools

from torch import nn


class Network(nn.Module):
    def named_parameters(self, *args, **named):
        return zip(itertools.repeat("w", 300_000), itertools.repeat("no tensor"))

    def forward(self, x):
        return x
