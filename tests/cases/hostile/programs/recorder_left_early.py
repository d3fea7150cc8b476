# ends: answered, denied
"""The network leaves the recorder while it computes, and comes back with a result that nobody saw."""

from torch import nn
from torch.utils._python_dispatch import _disable_current_modes


class Network(nn.Module):
    def forward(self, x):
        with _disable_current_modes():
            y = (x * 3).relu()
        return y
