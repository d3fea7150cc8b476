"""The benchmarks can be started: none of their modules names what is not there."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from tests import bench

FOLDER = Path(next(iter(bench.__path__)))
MODULES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")


@pytest.mark.parametrize("name", MODULES)
def test_a_benchmark_is_imported(name: str) -> None:
    """Its imports are found."""
    importlib.import_module(f"tests.bench.{name}")
