"""Probes that run where no student code is loaded."""

from __future__ import annotations

import os
from typing import Any

seen = [0]  # how often `visits` ran in this worker


def names(student: Any) -> list[str]:
    """Return the names that the student's module holds, without Python's own."""
    return [name for name in vars(student._module) if not name.startswith("__")]


def visits(student: Any) -> int:
    """Return how often this ran in this worker."""
    seen[0] += 1
    return seen[0]


def divided(student: Any, by: int) -> float:
    """Divide one; raise where that cannot be done."""
    return 1 / by


def ended(student: Any) -> None:
    """End the process, as a decoder that is overrun does."""
    os.abort()


def endless(student: Any) -> None:
    """Never return."""
    while True:
        pass


def filled(student: Any) -> None:
    """Ask for more memory than there is."""
    b"x" * (1 << 50)
