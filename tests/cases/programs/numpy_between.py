# example: 2,4
# obstacle: yes
"""numpy computes in between."""

import numpy as np
import torch
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(4, 4))

    def forward(self, x):
        return torch.from_numpy(np.tanh(x.detach().numpy())) @ self.weight
