"""Fixtures of the whole suite: what takes time to start, one warm zygote and one server of
PostgreSQL.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import pytest

from autograder.grading.workers.zygotes import PROBE_MODULES
from autograder.sandbox.launch import Preparation, Zygote
from tests.support import levels, postgres
from tests.support.student_cases import HIDDEN


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    """Yield a zygote at level A that hides torchvision, prepared for probes."""
    levels.skip_below_a()
    with Zygote("A", Preparation(hidden=HIDDEN, modules=PROBE_MODULES)) as warm:
        yield warm


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Callable[[], str]]:
    """Yield a function that makes an empty database on a PostgreSQL server and returns its URL."""
    programs = postgres.binaries()
    if programs is None:
        pytest.skip("needs PostgreSQL's initdb and pg_ctl (Debian: postgresql)")
    with postgres.server(programs) as database:
        yield database


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test that is marked `level_a` where this machine does not confine fully."""
    if item.get_closest_marker("level_a"):
        levels.skip_below_a()


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """As many files run at a time as there are cores: threads of our own would only wait for each
    other.
    """
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
