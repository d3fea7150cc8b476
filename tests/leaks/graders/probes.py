"""CANARYprobe: student code can read this module, and nobody else should."""

from __future__ import annotations

from typing import Any

from torch import Tensor


def gradient(student: Any, name: str, x: Tensor, word: str) -> Tensor | None:
    """The gradient of a function's sum; the word lies about, as hidden inputs do."""
    x = x.clone().requires_grad_()
    getattr(student, name)(x, word).sum().backward()
    return x.grad
