"""What tests of exports share: a class with final grades."""

from __future__ import annotations

import pytest

from tests.support.exported_class import ExportedClass, exported_class


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> ExportedClass:
    """Return a class with final grades; no test changes it."""
    return exported_class(tmp_path_factory.mktemp("exported"))
