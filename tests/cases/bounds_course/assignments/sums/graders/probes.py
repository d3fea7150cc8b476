"""What the graders run beside the student's functions."""

from __future__ import annotations

from typing import Any


def pair(student: Any, n: int) -> tuple[int, int]:
    """What the student's function makes of a number: the checks take its word for being a pair."""
    made: tuple[int, int] = student.pair(n)
    return made
