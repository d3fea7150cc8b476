# ends: answered, denied
"""The network computes with an operation that it registers itself."""

import torch
from torch import nn

_library = torch.library.Library("mine", "DEF")
_library.define("double(Tensor x) -> Tensor")
_library.impl("double", lambda x: x.clone() * 2, "CPU")


class Network(nn.Module):
    def forward(self, x):
        return torch.ops.mine.double(x)
