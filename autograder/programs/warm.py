"""What a zygote does before it forks, so that no worker pays for it: torch and the schemas of
operations are used for the first time.
"""

from __future__ import annotations

import torch
from torch import nn

from autograder.programs import networks
from autograder.programs.encoding import decode, encode
from autograder.programs.record_network import record_network


class SmallNetwork(nn.Module):
    """A network with the layers that most networks have."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(4)
        self.pool = nn.MaxPool2d(2)
        self.mean = nn.AdaptiveAvgPool2d(1)
        self.dropout = nn.Dropout(0.5)
        self.linear = nn.Linear(4, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the logits of images."""
        y = torch.relu(self.norm(self.conv(x)))
        y = self.pool((y + self.norm(y)).relu_())
        y = self.dropout(torch.flatten(self.mean(y), 1))
        logits: torch.Tensor = self.linear(y)
        return logits


def warm_up() -> None:
    """Record a small network and replay it with gradients, in both modes."""
    onednn = torch.backends.mkldnn.enabled
    for train in (False, True):
        network = SmallNetwork().train(train)
        x = torch.randn(2, 3, 8, 8)
        recording = decode(encode(record_network(network, [x])))
        values = {name: tensor.detach() for name, tensor in network.named_parameters()}
        buffers = {name: tensor.clone() for name, tensor in network.named_buffers()}
        networks.networks[""] = networks.RecordedNetwork(recording=recording)
        answer = networks.forward(
            "", [x], {**values, **buffers}, [0, *values], [*buffers], 0, 1, torch.ones(2, 2)
        )
        assert "gradients" in answer
    networks.networks.clear()
    networks.graphs.clear()
    torch.backends.mkldnn.set_flags(onednn)  # type: ignore[no-untyped-call]
