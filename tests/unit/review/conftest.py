"""A class with essays that wait, and a browser in which somebody marks them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.marked_class import MarkedClass, Marker, desk_over, marked_class, marker


@pytest.fixture
def made(tmp_path: Path) -> MarkedClass:
    """Two students whose essays wait."""
    return marked_class(tmp_path)


@pytest.fixture
def browser(made: MarkedClass) -> Marker:
    """Return a browser with a session."""
    return marker(desk_over(made))
