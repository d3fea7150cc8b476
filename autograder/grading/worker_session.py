"""An examination: one submission's workers, its budgets of time, and its fresh random numbers."""

from __future__ import annotations

import hashlib
import hmac
import random
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from autograder.checks.submission import Memory, Submission
from autograder.errors import (
    CourseError,
    Crashed,
    HostError,
    MemoryExceeded,
    SandboxLost,
    StudentError,
    TimeExceeded,
)
from autograder.grading.budget import Budget, Spent
from autograder.grading.cpu_timer import CpuTimer
from autograder.grading.expected_names import names_of
from autograder.grading.self_test import examine_canary, kernel_kills
from autograder.model import Assignment, Confinement, Frame, Limits, Run, SubmittedFiles
from autograder.sandbox.launch import Zygote
from autograder.sandbox.worker import Worker

SUBMISSION = "submission"  # the scope of a worker that serves all checks
WALLS = ("namespaces", "private disk", "Landlock")  # what hides the host, as a worker names it


def derive_seed(seed: int, *context: str) -> int:
    """A 63-bit seed from the run's seed and a context: replayable by staff, unpredictable to
    students.
    """
    digest = hmac.new(str(seed).encode(), "\0".join(context).encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "little") >> 1


class Examination:
    """Gives each check a live submission, in a worker as fresh as the assignment asks for."""

    def __init__(
        self,
        assignment: Assignment,
        submission: SubmittedFiles,
        zygote: Zygote | None,
        run: Run,
        *,
        is_last: bool = False,
    ) -> None:
        """`zygote` is None for an assignment that runs no code.

        `is_last`: the submission is not examined again. A worker that is killed is then put down to
        its code.
        """
        self.assignment = assignment
        self.submission = submission
        self.zygote = zygote
        self.seed = run.seed
        self.threads = run.threads
        self.broken_cells: list[StudentError] = []
        self.remarks: dict[
            str, Frame
        ] = {}  # what was done in another way than the code asked for, and where
        self._stops: list[tuple[int, int]] = []  # statements that ran out of time: once is enough
        self.layers: tuple[str, ...] = ()
        self.lost = ""  # the sandbox broke, and how: nothing that was found is worth anything
        self._is_last = is_last
        self._kernel_kills = kernel_kills() if is_last else None
        self._worker: Worker | None = None
        self._ended: list[Worker] = []  # killed, their teardown not yet confirmed
        self._scope = ""  # what the worker was made for
        self._budget = Budget(assignment.limits)
        self._timer = CpuTimer()
        self._memory: Memory = {}  # what Submission.once measured

    def begin(self, check: str, criterion: str, *, measure: bool = False) -> Submission:
        """The live submission for a check; also seeds the judge's random numbers for it."""
        # A worker's seed comes from its scope: were that the check's own, it could foretell the
        # inputs.
        scopes = {"check": f"worker for {check}", "criterion": criterion, "submission": SUBMISSION}
        if scopes[self.assignment.worker] != self._scope:
            self.drop_worker()
            self._scope = scopes[self.assignment.worker]
        self._budget.begin(criterion, measures=measure)
        seed = derive_seed(self.seed, self.submission.digest, check)
        torch.default_generator.manual_seed(seed)
        random.seed(seed)
        named = self.submission.files, self.submission.student
        return Submission(
            self._ask, *named, self._memory, restart=self.drop_worker, remarks=self.remarks
        )

    def try_import(self) -> None:
        """Import the student's file once; StudentError where that fails. The worker is kept."""
        first = {"check": "", "criterion": self.assignment.criteria[0].id, "submission": SUBMISSION}
        self._scope = first[self.assignment.worker]
        self._fresh_worker()

    def take_output(self) -> str:
        """What student code printed since the last time."""
        return self._worker.take_output() if self._worker is not None else ""

    def confinement(self) -> Confinement | None:
        """How the workers were confined; None where none was started."""
        if not self.layers or self.zygote is None:
            return None
        cgroup = ("cgroup",)
        layers = self.layers
        missing = tuple(wall for wall in WALLS if not any(wall in layer for layer in layers))
        if self.zygote.cgroup is not None:
            return Confinement(level=self.zygote.level, layers=layers + cgroup, missing=missing)
        return Confinement(level=self.zygote.level, layers=layers, missing=missing + cgroup)

    def close(self) -> None:
        """Wait until every worker is gone."""
        self.drop_worker()
        for worker in self._ended:
            worker.close()
        self._ended.clear()

    @property
    def limits(self) -> Limits:
        """The limits that hold: as the assignment states them, or longer where this machine is
        slow.
        """
        return self._budget.limits

    @property
    def spent(self) -> Spent:
        """What the check at hand cost so far."""
        return self._budget.spent

    def ask_again(self, limits: Limits) -> None:
        """Make ready to run the check at hand once more, as if for the first time, with longer
        limits.
        """
        self._budget.limits = limits
        self._budget.forgive()
        ended = [
            key for key, (_, error, _) in self._memory.items() if isinstance(error, TimeExceeded)
        ]
        for key in ended:
            del self._memory[key]
        self.drop_worker()

    @contextmanager
    def judging(self) -> Iterator[None]:
        """Bound what the judge itself may compute in the block, over what student code answered."""
        reason = "the judge was kept busy by what was answered"
        with (
            self._budget.judging(),
            self._timer.running(
                self._budget.for_judge(), lambda: TimeExceeded(reason, kind="reserve")
            ),
        ):
            yield

    def _ask(self, request: dict[str, Any]) -> Any:
        if self.lost:
            raise SandboxLost(self.lost)
        with self._timer.held():
            self._budget.require_not_ended()
            seconds, limit = self._budget.for_answer()
            worker: Worker | None = None
            try:
                worker = self._worker or self._fresh_worker()
                with self._budget.answering():
                    return worker.ask(request, seconds, limit)
            except (StudentError, HostError) as error:
                judged = error if worker is None else self._judged(error, worker)
            if isinstance(judged, StudentError):
                self._budget.note_end(judged)
            raise judged

    def _judged(self, error: StudentError | HostError, worker: Worker) -> StudentError | HostError:
        """What an error of a worker comes to; the worker is dropped: it is dead, or its word is
        worth nothing.

        A worker that was killed says nothing yet: others may have filled the memory, or somebody
        killed it. After any other death, and when it is killed again though it is alone, the canary
        tells whose fault it was.
        """
        if isinstance(error, StudentError):
            error.output = worker.take_output()
        self.drop_worker()
        end = worker.end
        if isinstance(error, HostError):
            return self._lose(str(error))
        if end is None or not isinstance(error, Crashed | MemoryExceeded):
            return error
        assert self.zygote is not None
        if end.signal == signal.SIGKILL and not (self._is_last and self._could_be_its_doing()):
            return self._lose("a worker was killed from outside")
        try:
            with self._budget.starting():
                examine_canary(self.zygote)
        except SandboxLost as lost:
            return self._lose(str(lost))
        return error

    def _could_be_its_doing(self) -> bool:
        """Whether a worker that is alone may have been killed by what it did, rather than by
        somebody.

        At level A student code is the first process of its namespace, which nobody in it can kill:
        that leaves the kernel, which counts those that it kills for want of memory.
        """
        assert self.zygote is not None
        return (
            self.zygote.level != "A"
            or self._kernel_kills is None
            or kernel_kills() != self._kernel_kills
        )

    def _lose(self, evidence: str) -> SandboxLost:
        self.lost = evidence
        return SandboxLost(evidence)

    def _fresh_worker(self) -> Worker:
        """A worker in which the student's file is imported."""
        if self.zygote is None:
            raise CourseError(
                f"{self.assignment.id}: it runs no code; a check may only read its files"
            )
        seed = derive_seed(self.seed, self.submission.digest, self._scope)
        seconds, limit = self._budget.for_import()
        failure: StudentError | HostError | None = None
        with self._budget.starting():
            try:
                worker = self._worker = Worker(self.zygote, self.limits, seed, self.threads)
            except HostError as error:
                raise self._lose(str(error)) from error
            live = Submission(
                lambda request: worker.ask(request, seconds, limit), remarks=self.remarks
            )
            wanted = names_of(self.assignment)
            try:
                self.broken_cells = live.load(
                    self.assignment.id, *self._code(), seconds, self._stops, wanted
                )
            except (StudentError, HostError) as error:
                failure = error
        self.layers = worker.layers
        if failure is not None:
            raise self._judged(failure, worker)
        self._stops += live.stops
        return worker

    def _code(self) -> tuple[str, bytes]:
        """The name and the bytes of the student's code."""
        files = self.submission.files
        return next((name, files[name]) for name in self.assignment.source_names if name in files)

    def drop_worker(self) -> None:
        """End the worker, if there is one: what is asked next is answered by a fresh one."""
        if self._worker is not None:
            self._worker.kill()
            self._ended.append(self._worker)
            self._worker = None
