"""CANARYprobe: student code can read this module, and nobody else should."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


def gradient(student: Any, name: str, x: Tensor, word: str) -> Tensor | None:
    """The gradient of a function's sum; the word lies about, as hidden inputs do."""
    x = x.clone().requires_grad_()
    getattr(student, name)(x, word).sum().backward()
    return x.grad


def first_draw(student: Any) -> Tensor:
    """What the worker's own random numbers begin with."""
    return torch.randn(4)
