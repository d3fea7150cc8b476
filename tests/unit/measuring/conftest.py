"""Fixtures of the tests of data: flowers, drawn once."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.measuring.data.synthetic import make_flowers


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of drawn flowers, of seed 0; no test writes into it."""
    return make_flowers(tmp_path_factory.mktemp("drawn"))
