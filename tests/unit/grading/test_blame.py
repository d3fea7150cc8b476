"""Whose fault a failed worker is, decided without a sandbox."""

from __future__ import annotations

import signal
from collections.abc import Callable

import pytest

from autograder.errors import (
    Crashed,
    Denied,
    HostError,
    MemoryExceeded,
    SandboxLost,
    StudentError,
    TimeExceeded,
    TimeLimit,
)
from autograder.grading.workers.blame import Blame
from autograder.model import Level
from autograder.sandbox.protocol import WorkerEnd

EXITED = WorkerEnd(signal=0, exit=3, cpu=0.1, peak=1 << 20)
KILLED = WorkerEnd(signal=signal.SIGKILL, exit=0, cpu=0.1, peak=1 << 20)


def passing() -> None:
    """Pass, as a self-test of a sandbox that works."""


def failing() -> None:
    """Fail, as a self-test of a broken sandbox."""
    raise SandboxLost("the self-test failed: no answer")


def unexpected() -> None:
    """Fail the test: no self-test should be run."""
    raise AssertionError


def blame(
    self_test: Callable[[], None],
    *,
    level: Level = "A",
    is_last: bool = False,
    kills: tuple[int | None, ...] = (0, 0),
) -> Blame:
    """Return the decisions for a submission; `kills` are the kernel's counts before and after."""
    counts = iter(kills)
    return Blame(
        level, is_last=is_last, run_self_test=self_test, count_kernel_kills=lambda: next(counts)
    )


@pytest.mark.parametrize(
    "error", [Denied("no"), TimeExceeded("late", limit=TimeLimit.CHECK)], ids=["denied", "late"]
)
def test_what_a_living_worker_did_is_the_students_fault(error: StudentError) -> None:
    """A broken rule and an exceeded time need no self-test."""
    decisions = blame(unexpected)
    assert decisions.decide(error, KILLED) is error
    assert decisions.lost == ""


def test_a_crash_is_the_students_where_the_self_test_passes() -> None:
    """A worker that exits in a sandbox that works ended by its own code."""
    crash = Crashed("exit status 3")
    assert blame(passing).decide(crash, EXITED) is crash


def test_a_crash_is_ours_where_the_self_test_fails() -> None:
    """In a broken sandbox nothing that student code seemed to do counts."""
    decisions = blame(failing)
    assert isinstance(decisions.decide(Crashed("signal 11"), EXITED), SandboxLost)
    assert decisions.lost == "the self-test failed: no answer"


def test_a_crash_without_an_account_stays_as_it_is() -> None:
    """Where the zygote could not report the end no self-test is run."""
    crash = Crashed("signal 11")
    assert blame(unexpected).decide(crash, None) is crash


def test_an_error_of_the_machine_loses_the_sandbox() -> None:
    """A worker that could not be started says nothing about the student."""
    decisions = blame(unexpected)
    assert isinstance(decisions.decide(HostError("no zygote"), None), SandboxLost)
    assert decisions.lost == "no zygote"


def test_a_kill_proves_nothing_while_the_submission_is_graded_again() -> None:
    """Other processes may have filled the memory: the next attempt decides."""
    decisions = blame(unexpected)
    assert isinstance(decisions.decide(MemoryExceeded("killed"), KILLED), SandboxLost)


LAST_KILLS: dict[str, tuple[Level, tuple[int | None, ...], bool]] = {
    "the kernel counted it": ("A", (4, 5), True),
    "the kernel counted none": ("A", (4, 4), False),
    "the kernel does not count": ("A", (None,), True),
    "a level where code may kill itself": ("B", (4, 4), True),
}


@pytest.mark.parametrize("name", LAST_KILLS)
def test_a_kill_on_the_last_attempt(name: str) -> None:
    """It is the student's fault unless only a person can have done it."""
    level, kills, is_students = LAST_KILLS[name]
    error = MemoryExceeded("killed")
    decided = blame(passing, level=level, is_last=True, kills=kills).decide(error, KILLED)
    assert (decided is error) == is_students
