"""A worker session: the workers in which the checks of one submission run."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from autograder.checks.submission import Memory, Submission
from autograder.errors import (
    CourseError,
    HostError,
    SandboxLost,
    StudentError,
    TimeExceeded,
    TimeLimit,
)
from autograder.grading.workers.blame import Blame
from autograder.grading.workers.budget import Budget, Spent
from autograder.grading.workers.cpu_timer import CpuTimer
from autograder.grading.workers.draws import Draws
from autograder.grading.workers.expected_names import names_of
from autograder.grading.workers.questions import QuestionLog
from autograder.grading.workers.seeds import SeedSource
from autograder.grading.workers.worker_source import RunningWorker, WorkerSource
from autograder.model import Assignment, Confinement, Frame, Limits, Run, SubmittedFiles
from autograder.sandbox.protocol import Answer, Request, Stop

SUBMISSION_SCOPE = "submission"  # of a worker that serves all checks
WALL_NAMES = ("namespaces", "private disk", "Landlock")  # what hides the host, as a worker names it
CGROUP_LAYER = "cgroup"
ISOLATED_SCOPE = "isolated"  # of the worker without student code
APART_SCOPE = "apart"  # of the worker whose results submissions share
logger = logging.getLogger(__name__)


class WorkerSession:
    """The submission for each check, in a worker as fresh as the assignment asks for.

    Its budgets, its decisions about blame and its seeds are units of their own.
    """

    def __init__(
        self,
        assignment: Assignment,
        submission: SubmittedFiles,
        workers: WorkerSource | None,
        run: Run,
        *,
        is_last: bool = False,
    ) -> None:
        """Prepare a session; no worker is started yet.

        `workers` is None for an assignment that runs no code. `is_last`: see Blame.
        """
        self.assignment = assignment
        self.submission = submission
        self.broken_cells: list[StudentError] = []  # what statements of the file raised
        self.remarks: dict[str, Frame] = {}  # where code asked for what was done in another way
        self.layers: tuple[str, ...] = ()  # of the workers' confinement
        self._workers = workers
        self._threads = run.threads
        self._seeds = SeedSource(run.seed, submission.digest)
        self._draws = Draws(self._seeds)
        self._budget = Budget(assignment.limits)
        self._timer = CpuTimer()
        self._blame: Blame | None = None
        if workers is not None:
            self._blame = Blame(workers.level, is_last=is_last, run_self_test=self._self_test)
        self._lost_elsewhere = ""  # as the reference found
        self._worker: RunningWorker | None = None
        self._isolated: RunningWorker | None = None  # holds no student code; serves all checks
        # Has run nothing but stages of networks of its scope, whose results submissions share.
        self._apart: RunningWorker | None = None
        self._apart_scope = ""
        self._ended: list[RunningWorker] = []  # killed, their teardown not yet confirmed
        self._scope = ""  # what the worker was made for
        self._criterion = ""  # of the check that runs
        self._printed_at_import = ""  # by the student's file, the last time
        self._shows_import = True  # each criterion shows that once
        self._check = ""  # that runs
        self._questions = 0  # that it asked, each worker's counted
        # Where they are written; None: they are not
        self._question_log = (
            None if run.questions is None else QuestionLog(run.questions, submission.digest)
        )
        self._stops: list[Stop] = []  # statements that ran out of time in an earlier worker
        self._memory: Memory = {}  # what Submission.once computed

    @property
    def lost(self) -> str:
        """How the sandbox broke, so that nothing that was found counts; empty: it did not."""
        return self._lost_elsewhere or (self._blame.lost if self._blame is not None else "")

    def note_lost(self, evidence: str) -> None:
        """Record that the sandbox broke while the reference was run."""
        self._lost_elsewhere = evidence

    @property
    def limits(self) -> Limits:
        """The limits that hold: the assignment's, or longer ones where this machine is slow."""
        return self._budget.limits

    @property
    def spent(self) -> Spent:
        """What the check at hand cost so far."""
        return self._budget.spent

    def begin(self, check: str, criterion: str, *, measure: bool = False) -> Submission:
        """Return the submission for a check, and seed the judge's random numbers for it."""
        scope = self._scope_of(check, criterion)
        if scope != self._scope:
            self.drop_worker()
            self._scope = scope
        if criterion != self._criterion:
            self._criterion, self._shows_import = criterion, True
        self._budget.begin(criterion, measures=measure)
        self._check, self._questions = check, 0
        self._draws.begin(check)
        return Submission(
            self._ask,
            self.submission.files,
            self.submission.student,
            self._memory,
            restart=self.drop_worker,
            remarks=self.remarks,
            ask_isolated=self._ask_isolated,
            ask_apart=self._ask_apart,
            aside=self._draws.aside,
        )

    def _scope_of(self, check: str, criterion: str) -> str:
        """Return what the worker of a check serves."""
        if self.assignment.worker == "check":
            return f"worker for {check}"
        return criterion if self.assignment.worker == "criterion" else SUBMISSION_SCOPE

    def try_import(self) -> None:
        """Import the student's file once and keep the worker; StudentError where that fails."""
        first = {"check": "", "criterion": self.assignment.criteria[0].id}
        self._scope = first.get(self.assignment.worker, SUBMISSION_SCOPE)
        self._start_worker()

    def ask_again(self, limits: Limits) -> None:
        """Prepare to run the check at hand again, as if for the first time, in longer limits."""
        logger.info("a check is run again with longer limits: %s", limits)
        self._budget.limits = limits
        self._budget.forgive()
        for key, measured in list(self._memory.items()):
            if isinstance(measured.error, TimeExceeded):
                del self._memory[key]
        self.drop_worker()
        self._drop_isolated()

    @contextmanager
    def judging(self) -> Iterator[None]:
        """Limit the CPU time of the judge itself in the block, over what student code answered."""

        def error() -> TimeExceeded:
            evidence = "the judge was kept busy by what was answered"
            return TimeExceeded(evidence, limit=TimeLimit.RESERVE)

        with self._budget.judging(), self._timer.running(self._budget.for_judge(), error):
            yield

    def take_output(self) -> str:
        """Return what student code printed since the last call.

        In each criterion it begins with what the file printed when it was imported.
        """
        printed = self._printed_at_import if self._shows_import else ""
        self._shows_import = False
        return printed + (self._worker.take_output() if self._worker is not None else "")

    def confinement(self) -> Confinement | None:
        """Return how the workers were confined; None where none was started."""
        if not self.layers or self._workers is None:
            return None
        layers = list(self.layers)
        missing = [wall for wall in WALL_NAMES if not any(wall in layer for layer in layers)]
        (layers if self._workers.has_cgroup else missing).append(CGROUP_LAYER)
        return Confinement(level=self._workers.level, layers=tuple(layers), missing=tuple(missing))

    def drop_worker(self) -> None:
        """Kill the worker, if there is one: a fresh one answers the next request."""
        if self._worker is not None:
            self._worker.kill()
            self._ended.append(self._worker)
            self._worker = None

    def _drop_isolated(self) -> None:
        """Kill the workers without student code, if there are some."""
        for worker in (self._isolated, self._apart):
            if worker is not None:
                worker.kill()
                self._ended.append(worker)
        self._isolated = self._apart = None

    def close(self) -> None:
        """Wait until every worker is gone."""
        self.drop_worker()
        self._drop_isolated()
        for worker in self._ended:
            worker.close()
        self._ended.clear()

    def _ask(self, request: Request) -> Answer:
        """Send a request to the worker, started first if there is none."""
        return self._answer(request, lambda: self._worker or self._start_worker())

    def _ask_isolated(self, request: Request) -> Answer:
        """Send a request to the worker without student code, started first if there is none."""
        return self._answer(request, lambda: self._isolated or self._start_isolated())

    def _ask_apart(self, scope: str, request: Request) -> Answer:
        """Send a request to the worker of a scope, started first if there is none."""
        if scope != self._apart_scope and self._apart is not None:
            self._apart.kill()
            self._ended.append(self._apart)
            self._apart = None
        self._apart_scope = scope
        return self._answer(request, lambda: self._apart or self._start_apart())

    def _answer(self, request: Request, worker_of: Callable[[], RunningWorker]) -> Answer:
        """Send a request to a worker within the budget.

        What the judge draws from then on has nothing to do with what the worker saw.
        """
        if self.lost:
            raise SandboxLost(self.lost)
        with self._timer.held():
            self._budget.require_not_ended()
            allowance = self._budget.for_answer()
            seeded = replace(request, seed=self._draws.for_request())
            worker: RunningWorker | None = None
            answer: Answer | None = None
            try:
                worker = worker_of()
                with self._budget.answering():
                    answer = worker.ask(seeded, allowance.seconds, allowance.limit)
                return answer
            except (StudentError, HostError) as error:
                reported = error if worker is None else self._error_of(error, worker)
            finally:
                if self._question_log is not None:
                    self._question_log.note(self._check, self._questions, request, answer)
                self._questions += 1
                self._draws.note_question()
            if isinstance(reported, StudentError):
                self._budget.note_end(reported)
            raise reported

    def _start_worker(self) -> RunningWorker:
        """Start a worker in which the student's file is imported."""
        allowance = self._budget.for_import()
        failure: StudentError | HostError | None = None
        with self._budget.starting():
            worker = self._worker = self._new_worker(self._scope)
            submission = Submission(
                lambda request: worker.ask(request, allowance.seconds, allowance.limit),
                remarks=self.remarks,
            )
            try:
                self.broken_cells = self._load(submission, allowance.seconds)
            except (StudentError, HostError) as error:
                failure = error
        self.layers = worker.layers
        if failure is not None:
            raise self._error_of(failure, worker)
        self._printed_at_import = worker.take_output()
        self._stops += submission.stops
        return worker

    def _start_isolated(self) -> RunningWorker:
        """Start a worker that never gets student code."""
        with self._budget.starting():
            self._isolated = self._new_worker(ISOLATED_SCOPE)
        return self._isolated

    def _start_apart(self) -> RunningWorker:
        """Start a worker for stages of networks whose results submissions share."""
        with self._budget.starting():
            self._apart = self._new_worker(APART_SCOPE)
        return self._apart

    def _new_worker(self, scope: str) -> RunningWorker:
        if self._workers is None or self._blame is None:
            raise CourseError(
                f"{self.assignment.id}: it runs no code; a check may only read its files"
            )
        try:
            return self._workers.start(self.limits, self._seeds.for_worker(scope), self._threads)
        except HostError as error:
            raise self._blame.lose(str(error)) from error

    def _load(self, submission: Submission, seconds: float) -> list[StudentError]:
        """Load the student's code, and return what its statements raised."""
        files = self.submission.files
        name = next(name for name in self.assignment.source_names if name in files)
        wanted = names_of(self.assignment)
        return submission.load(self.assignment.id, name, files[name], seconds, self._stops, wanted)

    def _error_of(
        self, error: StudentError | HostError, worker: RunningWorker
    ) -> StudentError | SandboxLost:
        """Return the error that is reported for a worker's.

        The worker is discarded: it died or can no longer be trusted.
        """
        if isinstance(error, StudentError):
            error.output = worker.take_output()
        if worker is self._isolated or worker is self._apart:
            self._drop_isolated()
        else:
            self.drop_worker()
        assert self._blame is not None
        return self._blame.decide(error, worker.end)

    def _self_test(self) -> None:
        assert self._workers is not None
        with self._budget.starting():
            self._workers.run_self_test()
