# example: 2,4
# obstacle: yes
"""It computes with random numbers of NumPy."""

import numpy as np
from torch import nn


class Network(nn.Module):
    def forward(self, x):
        return x * float(np.random.rand())
