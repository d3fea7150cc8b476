"""A probe that makes a module of the student's networks."""

from __future__ import annotations

from typing import Any

from torch import nn


def twice(student: Any) -> nn.Module:
    """Return two of the student's networks, one behind the other."""
    return nn.Sequential(student.Network(), student.Network())
