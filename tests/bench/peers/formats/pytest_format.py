"""The twelve checks as a test file of pytest, which runs in the folder of one submission."""

from __future__ import annotations

import pytest
import residual_block
from residual_checks import CHECKS


@pytest.mark.parametrize("name", CHECKS)
def test_check(name: str) -> None:
    """The work passes the check."""
    CHECKS[name](residual_block)
