"""Fixtures of the whole suite: one warm zygote, whose start is what takes time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograder.sandbox.launch import Preparation, Zygote
from tests.student_cases import HIDDEN


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    """A zygote at level A that hides torchvision."""
    with Zygote("A", Preparation(hidden=HIDDEN)) as warm:
        yield warm
