# example: 2,3,6,6
"""Its weights are bare parameters, used by functions."""

import torch
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.kernel = nn.Parameter(torch.randn(4, 3, 3, 3))
        self.scale = nn.Parameter(torch.ones(4))
        self.register_buffer("mean", torch.zeros(4))
        self.register_buffer("var", torch.ones(4))

    def forward(self, x):
        y = nn.functional.conv2d(x, self.kernel, stride=2, padding=1)
        y = nn.functional.batch_norm(y, self.mean, self.var, self.scale, None, self.training)
        return nn.functional.gelu(y).mean((2, 3))
