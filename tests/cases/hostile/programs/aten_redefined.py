# ends: answered, denied
"""An operation of torch is replaced where student code runs: the program says relu, and means something else."""

import torch
from torch import nn

_library = torch.library.Library("aten", "IMPL")
_library.impl(
    "relu", lambda x: x * 0 + 7, "CPU", allow_override=True
) if "allow_override" in _library.impl.__code__.co_varnames else _library.impl("relu", lambda x: x * 0 + 7, "CPU")


class Network(nn.Module):
    def forward(self, x):
        return torch.relu(x)
