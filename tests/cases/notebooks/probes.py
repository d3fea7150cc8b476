"""What a test asks of a notebook's module."""

from __future__ import annotations

from typing import Any


def value_of(student: Any, expression: str) -> Any:
    """What an expression is in the student's module."""
    return eval(expression, vars(student._module))
