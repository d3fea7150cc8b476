"""The self-test of a sandbox, and what follows where it fails: whose fault an error is."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.config.course import load_course
from autograder.errors import Crashed, SandboxLost
from autograder.grading.cache.fingerprint import basis_of
from autograder.grading.grader import Grader, with_grader
from autograder.grading.judge import Judge
from autograder.grading.pool import judge_in_pool
from autograder.grading.workers.self_test import run_self_test
from autograder.grading.workers.worker_session import WorkerSession
from autograder.grading.workers.worker_source import workers_of
from autograder.handin.intake import HandIn
from autograder.model import Assignment, Course, Outcome, Run, ScoreSheet, SubmittedFiles
from autograder.sandbox.launch import GroupLimits, Zygote
from tests.support.command_line import TINY

CRASHES = b"import os\ndef double(x): os._exit(3)\n"
HOLDS_A_GIGABYTE = "def total(x):\n    held = b'x' * (1 << 30)\n    return x.sum().item()\n"
GIGABYTE = 1 << 30


@pytest.fixture(scope="module")
def course() -> Course:
    """Return the tiny course."""
    return load_course(TINY)


@pytest.fixture
def crashing(course: Course, zygote: Zygote) -> Iterator[WorkerSession]:
    """Return the session of a file whose `double` ends its process."""
    submission = SubmittedFiles(
        student="ana", assignment="tensors", files={"tensors.py": CRASHES}, digest=""
    )
    session = WorkerSession(course.assignment("tensors"), submission, workers_of(zygote), Run())
    yield session
    session.close()


def test_the_self_test_passes(zygote: Zygote) -> None:
    """Where the sandbox works it passes, and returns how it was confined."""
    assert "seccomp allow-list" in run_self_test(zygote)


@pytest.mark.level_a
def test_the_self_test_fails_until_a_broken_sandbox_is_restarted() -> None:
    """Without a zygote the message says that the self-test failed; after a restart it passes."""
    with Zygote("A") as zygote:
        zygote.process.kill()
        zygote.process.wait()
        with pytest.raises(SandboxLost, match="the self-test failed: "):
            run_self_test(zygote)
        zygote.restart()
        assert run_self_test(zygote)


def test_a_crash_is_the_students_where_the_self_test_passes(crashing: WorkerSession) -> None:
    """A worker that dies in a sandbox that works was killed by its own code."""
    with pytest.raises(Crashed):
        crashing.begin("test", "code.double").call("double", 1)
    assert crashing.lost == ""


def test_a_crash_is_ours_where_the_self_test_fails_too(
    crashing: WorkerSession, zygote: Zygote
) -> None:
    """Where the sandbox has stopped working meanwhile, no student is charged with a death in it."""
    crashing.try_import()
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    theirs.close()
    zygote.control, working = ours, zygote.control
    try:
        with pytest.raises(SandboxLost, match="the self-test failed: "):
            crashing.begin("test", "code.double").call("double", 1)
        with pytest.raises(SandboxLost):
            crashing.begin("another", "code.double").call("double", 1)
    finally:
        zygote.control = working
        ours.close()


def graded(
    course: Course, assignment: Assignment, zygote: Zygote, folder: Path
) -> dict[str, ScoreSheet]:
    """Return the sheets of the submissions in a folder, graded two at a time."""
    sheets = {}

    def body(grader: Grader) -> None:
        judge = Judge(
            grader=grader, zygote=zygote, run=Run(jobs=2), basis=basis_of(course, assignment)
        )
        hand_ins = [
            HandIn(student=f.stem, assignment=assignment.id, path=f)
            for f in sorted(folder.iterdir())
        ]
        judge_in_pool(judge, hand_ins, lambda one: sheets.update({one.sheet.student: one.sheet}))

    with_grader(course, assignment, assignment.graders, "en", body)
    return sheets


@pytest.mark.level_a
def test_who_fills_the_memory_of_all_is_alone_charged_with_it(
    course: Course, tmp_path: Path
) -> None:
    """Where the kernel kills a worker for the memory of all, its neighbours keep their marks."""
    right = (TINY / "solutions/tensors/tensors.py").read_text()
    for name in ("ana", "eva", "leo", "zoe"):
        (tmp_path / f"{name}.py").write_text(right)
    (tmp_path / "hog.py").write_text(right + HOLDS_A_GIGABYTE)
    tensors = course.assignment("tensors")
    generous = replace(
        tensors, limits=replace(tensors.limits, memory=4 * GIGABYTE, wall_check=20.0)
    )
    with Zygote("A", group_limits=GroupLimits(memory=GIGABYTE, tasks=256)) as zygote:
        if zygote.cgroup is None:
            pytest.skip("no cgroup is delegated here")
        sheets = graded(course, generous, zygote, tmp_path)
    hog = sheets.pop("hog")
    assert {
        check.outcome for score in hog.scores for check in score.checks if check.id == "test_total"
    } == {Outcome.MEMORY}
    assert {(sheet.status, sheet.earned) for sheet in sheets.values()} == {("graded", 10)}
