"""What the graders of the documented course run beside the student's blocks."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


def without_branch(student: Any, block: str, channels: tuple[int, int], x: Tensor) -> Any:
    """What a block answers when every weight in it is zero."""
    made = getattr(student, block)(*channels).eval()
    with torch.no_grad():
        for weight in made.parameters():
            weight.zero_()
        return made(x)


def only_bias(student: Any, bias: Tensor) -> tuple[int, Any]:
    """Return the largest width of a small ResNet, and its logits if only the last bias is set."""
    network = student.ResNet(student.BasicBlock, [1, 1, 1, 1], len(bias)).eval()
    with torch.no_grad():
        for weight in network.parameters():
            weight.zero_()
        weight.copy_(bias)
        channels = max(len(weight) for weight in network.parameters() if weight.dim() == 4)
        return channels, network(torch.zeros(1, 3, 64, 64))
