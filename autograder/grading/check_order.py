"""The order of an assignment's checks, and their names."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from autograder.checks.pytest_plugin import criterion_of, required_by


def name_of(item: pytest.Item) -> str:
    """Return the name of the test function, without its parameters."""
    return str(getattr(item, "originalname", item.name))


def in_order(items: Sequence[pytest.Item]) -> tuple[pytest.Item, ...]:
    """Return the checks as collected, but those of a required criterion before what requires it."""
    required: dict[str, set[str]] = {}
    for item in items:
        required.setdefault(criterion_of(item), set()).update(required_by(item))
    ordered: dict[pytest.Item, None] = {}
    visited: set[str] = set()  # criteria; a circle of requirements is not followed twice

    def place(item: pytest.Item) -> None:
        criterion = criterion_of(item)
        if criterion not in visited:
            visited.add(criterion)
            for other in items:
                if criterion_of(other) in required[criterion]:
                    place(other)
        ordered[item] = None

    for item in items:
        place(item)
    return tuple(ordered)
