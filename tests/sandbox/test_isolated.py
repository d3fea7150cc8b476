"""A worker without student code: confined as any other, and its end costs one submission."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from autograder.config.course import load_course
from autograder.errors import Crashed, StudentError, TimeExceeded
from autograder.grading.workers.worker_session import WorkerSession
from autograder.grading.workers.worker_source import workers_of
from autograder.model import Run, SubmittedFiles
from autograder.sandbox.launch import Zygote
from tests.support import isolated_probes
from tests.support.command_line import TINY
from tests.support.student_cases import LIMITS

TENSORS = load_course(TINY).assignment("tensors")
# Code that spoils its own process, as a hand-in may: no probe beside it gets a true answer.
SPOILING = b"""
import builtins
builtins.vars = lambda *_: {"secret": 1}
def double(x):
    return 1
"""


@pytest.fixture
def session(zygote: Zygote) -> Iterator[WorkerSession]:
    """Return a session over real workers for code that spoils its process."""
    submission = SubmittedFiles(
        student="ana", assignment="tensors", files={"tensors.py": SPOILING}, digest="d"
    )
    limits = replace(LIMITS, wall_check=1.0)
    session = WorkerSession(
        replace(TENSORS, limits=limits), submission, workers_of(zygote), Run(), is_last=True
    )
    yield session
    session.close()


def test_student_code_does_not_reach_an_isolated_probe(session: WorkerSession) -> None:
    """What the hand-in does to its process changes no answer of the other one."""
    submission = session.begin("a", "first")
    assert submission.call("double", 1) == 1
    assert submission.run(isolated_probes.names) == ["secret"]
    assert submission.run_isolated(isolated_probes.names) == []


ENDS: dict[str, type[StudentError]] = {"ended": Crashed, "endless": TimeExceeded}


@pytest.mark.parametrize("probe", ENDS)
def test_the_end_of_an_isolated_probe_is_the_submissions(
    probe: str, session: WorkerSession
) -> None:
    """A crash and endless work are its outcome; the student's own worker goes on."""
    submission = session.begin("a", "first")
    with pytest.raises(ENDS[probe]):
        submission.run_isolated(getattr(isolated_probes, probe))
    submission = session.begin("b", "first")
    assert submission.call("double", 1) == 1
    assert submission.run_isolated(isolated_probes.visits) == 1
    assert session.lost == ""
