"""A worker session with workers in this process: scopes, second attempts, lost workers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import torch

from autograder.blocks.store import open_store
from autograder.checks import outputs
from autograder.checks.submission import InProcessWorker
from autograder.config.course import load_course
from autograder.errors import (
    CodeRaised,
    CourseError,
    Crashed,
    HostError,
    SandboxLost,
    TimeExceeded,
    TimeLimit,
)
from autograder.grading.workers.worker_session import WorkerSession
from autograder.model import Level, Limits, Run, SubmittedFiles, WorkerScope
from autograder.sandbox.protocol import Answer, CallRequest, Request, RunRequest, WorkerEnd
from tests.support import isolated_probes
from tests.support.command_line import TINY
from tests.support.places import CASES

TENSORS = load_course(TINY).assignment("tensors")
COUNTS = b"""
calls = []
def double(x):
    calls.append(x)
    return len(calls)
"""
EXITED = WorkerEnd(signal=0, exit=3, cpu=0.1, peak=1 << 20)


@dataclass
class UnconfinedWorker:
    """An interpreter in this process in the place of a confined worker."""

    seed: int
    limits: Limits
    errors: list[Exception]  # what the next calls raise instead of an answer
    run_errors: list[Exception]  # and the next probes
    layers: tuple[str, ...] = ("no namespaces",)
    end: WorkerEnd | None = None
    is_closed: bool = False
    interpreter: InProcessWorker = field(default_factory=InProcessWorker)

    def ask(self, request: Request, seconds: float, limit: TimeLimit) -> Answer:
        """Return the answer of the interpreter, or the error that is next."""
        errors = {CallRequest: self.errors, RunRequest: self.run_errors}.get(type(request))
        if errors:
            self.end = EXITED
            raise errors.pop(0)
        return self.interpreter.ask(request)

    def take_output(self) -> str:
        """Nothing is captured here."""
        return ""

    def kill(self) -> None:
        """There is no process to kill."""

    def close(self) -> None:
        """Record that the session gave it back."""
        self.is_closed = True


@dataclass
class UnconfinedWorkers:
    """A source of such workers, and the list of those that it started."""

    level: Level = "A"
    has_cgroup: bool = False
    errors: list[Exception] = field(default_factory=list)
    run_errors: list[Exception] = field(default_factory=list)
    refusal: HostError | None = None
    self_test_error: SandboxLost | None = None
    started: list[UnconfinedWorker] = field(default_factory=list)

    def start(self, limits: Limits, seed: int, threads: int) -> UnconfinedWorker:
        """Start one, or refuse to."""
        if self.refusal is not None:
            raise self.refusal
        worker = UnconfinedWorker(
            seed=seed, limits=limits, errors=self.errors, run_errors=self.run_errors
        )
        self.started.append(worker)
        return worker

    def run_self_test(self) -> None:
        """Pass, or fail as asked for."""
        if self.self_test_error is not None:
            raise self.self_test_error


@pytest.fixture
def workers() -> UnconfinedWorkers:
    """Return a source of workers in this process."""
    return UnconfinedWorkers()


def session_of(
    workers: UnconfinedWorkers | None,
    scope: WorkerScope = "criterion",
    code: bytes = COUNTS,
    run: Run | None = None,
) -> WorkerSession:
    """Return a session for one file."""
    submission = SubmittedFiles(
        student="ana", assignment="tensors", files={"tensors.py": code}, digest="d"
    )
    return WorkerSession(replace(TENSORS, worker=scope), submission, workers, run or Run())


@pytest.fixture
def session(workers: UnconfinedWorkers) -> Iterator[WorkerSession]:
    """Return a session with a worker for each criterion."""
    session = session_of(workers)
    yield session
    session.close()
    assert all(worker.is_closed for worker in workers.started)


SCOPES: dict[WorkerScope, list[int]] = {
    "check": [1, 1, 1],
    "criterion": [1, 2, 1],
    "submission": [1, 2, 3],
}


@pytest.mark.parametrize("scope", SCOPES)
def test_a_worker_lives_as_long_as_its_scope(
    scope: WorkerScope, workers: UnconfinedWorkers
) -> None:
    """Two checks of one criterion and one of another count calls from one, or go on counting."""
    session = session_of(workers, scope)
    counts = []
    for check, criterion in (("a", "first"), ("b", "first"), ("c", "second")):
        counts.append(session.begin(check, criterion).call("double", 1))
    assert counts == SCOPES[scope]
    assert len({worker.seed for worker in workers.started}) == len(workers.started)


def drawn_around_a_question(workers: UnconfinedWorkers, run: Run) -> list[float]:
    """Return what the judge draws in a check before and after it asks."""
    session = session_of(workers, run=run)
    submission = session.begin("a", "first")
    before = torch.rand(1).item()
    submission.call("double", 1)
    return [before, torch.rand(1).item()]


def test_the_judge_draws_from_a_fresh_state_after_each_answer(workers: UnconfinedWorkers) -> None:
    """What is drawn after a question does not continue what was drawn before it."""
    before, after = drawn_around_a_question(workers, Run(seed=1))
    session_of(workers, run=Run(seed=1)).begin("a", "first")
    first, second = torch.rand(2).tolist()
    assert first == before
    assert second != after


def test_the_same_seed_draws_the_same_inputs(workers: UnconfinedWorkers) -> None:
    """A run is replayed by its seed, and two runs without one have nothing in common."""
    first, again = (drawn_around_a_question(workers, Run(seed=1)) for _ in range(2))
    assert first == again
    assert not set(first) & set(drawn_around_a_question(workers, Run()))


def test_a_restart_gives_a_fresh_worker(session: WorkerSession) -> None:
    """What is asked after a restart is answered without memory of the earlier requests."""
    submission = session.begin("a", "first")
    assert submission.call("double", 1) == 1
    submission.restart()
    assert submission.call("double", 1) == 1


def test_an_exception_of_the_code_does_not_cost_the_worker(
    session: WorkerSession, workers: UnconfinedWorkers
) -> None:
    """The next request goes to the same worker."""
    submission = session.begin("a", "first")
    with pytest.raises(CodeRaised):
        submission.call("double")
    assert submission.call("double", 1) == 1
    assert len(workers.started) == 1


def test_a_crash_costs_the_worker(session: WorkerSession, workers: UnconfinedWorkers) -> None:
    """The next request is answered by a fresh worker, and the sandbox is not lost."""
    workers.errors.append(Crashed("exit status 3"))
    submission = session.begin("a", "first")
    with pytest.raises(Crashed):
        submission.call("double", 1)
    assert submission.call("double", 1) == 1
    assert len(workers.started) == 2
    assert session.lost == ""


def test_a_lost_sandbox_is_asked_no_more(
    session: WorkerSession, workers: UnconfinedWorkers
) -> None:
    """Where the self-test fails after a crash, every later request fails at once."""
    workers.errors.append(Crashed("exit status 3"))
    workers.self_test_error = SandboxLost("broken")
    for check in ("a", "b"):
        with pytest.raises(SandboxLost, match="broken"):
            session.begin(check, "first").call("double", 1)
    assert len(workers.started) == 1


def test_an_isolated_probe_runs_without_student_code(
    session: WorkerSession, workers: UnconfinedWorkers
) -> None:
    """It finds none of the student's names, in a worker that serves all checks until the end."""
    for check, criterion in (("a", "first"), ("b", "second")):
        submission = session.begin(check, criterion)
        submission.call("double", 1)
        assert submission.run_isolated(isolated_probes.names) == []
        assert submission.run_isolated(isolated_probes.visits) == {"a": 1, "b": 2}[check]
    assert len(workers.started) == 3
    assert len({worker.seed for worker in workers.started}) == 3


def test_what_ends_an_isolated_probe_costs_no_other_worker(
    session: WorkerSession, workers: UnconfinedWorkers
) -> None:
    """After a crash there the student's worker is the same, and the next isolated one is fresh."""
    submission = session.begin("a", "first")
    assert submission.call("double", 1) == 1
    workers.run_errors.append(Crashed("exit status 3"))
    with pytest.raises(Crashed):
        submission.run_isolated(isolated_probes.visits)
    assert submission.run_isolated(isolated_probes.visits) == 1
    assert submission.call("double", 1) == 2
    assert session.lost == ""


def test_a_worker_that_cannot_be_started_loses_the_sandbox(
    session: WorkerSession, workers: UnconfinedWorkers
) -> None:
    """A zygote that has ended is no fault of the student."""
    workers.refusal = HostError("no zygote")
    with pytest.raises(SandboxLost, match="no zygote"):
        session.try_import()
    assert session.lost == "no zygote"


def test_the_second_attempt_has_longer_limits_and_measures_again(
    session: WorkerSession, workers: UnconfinedWorkers
) -> None:
    """An end by time is forgotten with what `once` kept of it, and a fresh worker is started."""
    workers.errors.append(TimeExceeded("late", limit=TimeLimit.CHECK))
    submission = session.begin("a", "first")
    with pytest.raises(TimeExceeded):
        submission.once("key", lambda: submission.call("double", 1))
    longer = replace(session.limits, wall_check=99.0)
    session.ask_again(longer)
    submission = session.begin("a", "first")
    assert submission.once("key", lambda: submission.call("double", 1)) == 1
    assert workers.started[-1].limits == longer


def test_what_broke_is_kept_and_the_layers_are_told(
    session: WorkerSession, workers: UnconfinedWorkers
) -> None:
    """Importing a file reports the statements that raised, and how the worker is confined."""
    assert session.confinement() is None
    session.try_import()
    confinement = session.confinement()
    assert confinement is not None
    assert confinement.layers == ("no namespaces",)
    assert confinement.missing == ("private disk", "Landlock", "cgroup")
    broken = session_of(workers, code=COUNTS + b"1 / 0\n")
    broken.try_import()
    assert [error.subject for error in broken.broken_cells] == ["ZeroDivisionError"]
    broken.close()


def test_a_session_without_workers_runs_no_code() -> None:
    """A check of an assignment that is only read must not call a function."""
    session = session_of(None)
    with pytest.raises(CourseError, match="it runs no code"):
        session.begin("a", "first").call("double", 1)
    assert session.confinement() is None


# ---------------------------------------------------------------- what submissions share

NETWORK = (CASES / "shared_networks" / "staged.py").read_bytes() + COUNTS
SECONDS = 300.0  # more than this takes on a machine that does other things, too


def drawn_after_outputs(folder: Path | None, head: int) -> tuple[torch.Tensor, torch.Tensor, int]:
    """Return outputs of a network, what the judge draws afterwards, and how many workers it took.

    A folder is that of a store.
    """
    open_store(folder, 1 << 30)
    outputs._kept.clear()
    workers = UnconfinedWorkers()
    session = session_of(workers, code=NETWORK, run=Run(seed=1))
    session.ask_again(replace(session.limits, wall_check=SECONDS, wall_submission=SECONDS))
    submission = session.begin("test_measured", "first")
    images = torch.rand(8, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    program = submission.program("Network", 1, 1, head, example=(4, 3, 64, 64))
    answers = torch.cat([program.infer(images[:4]), program.infer(images)])
    drawn = torch.rand(5)
    session.close()
    open_store(None, 0)
    return answers, drawn, len(workers.started)


def test_what_the_judge_draws_does_not_depend_on_the_store(tmp_path: Path) -> None:
    """With an empty store, with one that has the backbone, and without, all is the same."""
    expected, drawn, _ = drawn_after_outputs(None, 1)
    for _ in range(2):
        answers, also_drawn, _ = drawn_after_outputs(tmp_path, 1)
        assert torch.equal(answers, expected)
        assert torch.equal(also_drawn, drawn)


def test_stages_that_are_shared_run_in_a_worker_of_their_own(tmp_path: Path) -> None:
    """A backbone that is new gets workers that ran nothing else; one that is known, none."""
    assert drawn_after_outputs(tmp_path, 1)[2] > drawn_after_outputs(tmp_path, 2)[2]
    assert drawn_after_outputs(tmp_path, 3)[2] == drawn_after_outputs(None, 3)[2]


def test_a_worker_of_one_scope_answers_no_other(session: WorkerSession) -> None:
    """Another scope gets a fresh worker; the same one is asked again within a scope."""
    submission = session.begin("test_a", "first")
    counts = [
        submission._run_apart(scope, isolated_probes.visits)
        for scope in ("first", "first", "second", "first")
    ]
    assert counts == [1, 2, 1, 1]
