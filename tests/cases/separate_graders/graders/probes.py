"""What the graders run beside the student's functions."""

from __future__ import annotations

from typing import Any

from torch import Tensor


def gradient(student: Any, name: str, x: Tensor) -> Tensor | None:
    """The gradient that the sum of a function's output sends to its input."""
    x = x.clone().requires_grad_()
    getattr(student, name)(x).sum().backward()
    return x.grad
