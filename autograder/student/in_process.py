"""Student code in this process, as on a student's own machine: unconfined, but with limits.

It gets no stdin, its time is limited, its output is kept, and its changes of the process are
undone.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, NoReturn

import torch

from autograder.checks.submission import InProcessWorker, Submission
from autograder.checks.worker_errors import student_error
from autograder.errors import StudentError, TimeExceeded, TimeLimit
from autograder.grading.workers.expected_names import names_of
from autograder.model import Assignment, Frame, SubmittedFiles
from autograder.sandbox.execution import torch_cpu_compat
from autograder.sandbox.execution.global_state import GlobalState
from autograder.sandbox.execution.interpreter import hide_packages
from autograder.sandbox.protocol import NOT_GIVEN, Answer, Request
from autograder.student.lasting_calls import LastingCalls
from autograder.student.watchdog import StopReason, Superseded, Watchdog

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

MAX_OUTPUT_BYTES = 8_000  # the end of what was printed
MAX_TIMEOUTS = 2  # in one criterion: its remaining checks are not waited for

_end_process = os._exit  # before student code gets another one


class InProcessSession:
    """What `WorkerSession` is for a grading run, without a worker."""

    def __init__(
        self,
        assignment: Assignment,
        submission: SubmittedFiles,
        is_superseded: Callable[[], bool] = lambda: False,
        give_up: Callable[[], None] = lambda: None,
    ) -> None:
        """Prepare a session; for `is_superseded` and `give_up` see Watchdog."""
        self.assignment = assignment
        self.submission = submission
        self.output = Output()
        self.remarks: dict[str, Frame] = {}  # where code asked for what was done in another way
        self._worker = InProcessWorker()
        self._isolated = InProcessWorker()
        self._submission = Submission(
            self._ask, submission.files, remarks=self.remarks, ask_isolated=self._ask_isolated
        )
        self._code: dict[str, bytes] = {}
        self._is_superseded = is_superseded
        self._give_up = give_up
        self._criterion, self._limit = "", TimeLimit.IMPORT
        self._timeouts: Counter[str] = Counter()  # by criterion
        self._endless: dict[CodeType, TimeExceeded] = {}  # functions that used up their time

    def load(self, name: str) -> list[StudentError]:
        """Import the code, which the student calls `name`; return what its statements raised."""
        sources, files = self.assignment.source_names, self.submission.files
        content = next(content for file, content in files.items() if file in sources)
        self._code = {name: content}
        wanted = names_of(self.assignment)
        return self._submission.load(self.assignment.id, name, content, wanted=wanted)

    def begin(self, check: str, criterion: str, *, measure: bool = False) -> Submission:
        """Return the submission, the same one for every check, and seed the check's generators."""
        self._criterion = criterion
        self._limit = TimeLimit.MEASURE if measure else TimeLimit.CHECK
        seed = zlib.crc32(check.encode())
        torch.manual_seed(seed)
        random.seed(seed)
        self._submission.asked = ()
        return self._submission

    def take_output(self) -> str:
        """Return what student code printed since the last call."""
        return self.output.take()

    def judging(self) -> contextlib.AbstractContextManager[None]:
        """Return a block without limit: on an own machine a check computes as long as it takes."""
        return contextlib.nullcontext()

    def _ask(self, request: Request) -> Answer:
        return self._answer(request, self._worker)

    def _ask_isolated(self, request: Request) -> Answer:
        """Ask an interpreter that has not loaded the student's code, in the same process."""
        return self._answer(request, self._isolated)

    def _answer(self, request: Request, worker: InProcessWorker) -> Answer:
        if self._timeouts[self._criterion] >= MAX_TIMEOUTS:
            evidence = "not asked: the criterion ran out of time before"
            raise TimeExceeded(evidence, limit=TimeLimit.CRITERION)
        watchdog = Watchdog(
            self._seconds(),
            self._is_superseded,
            self._give_up,
            LastingCalls(self._code),
            self._endless,
        )
        answer = Answer()
        try:
            with watchdog, self.output.capturing(), ending_children():
                answer = worker.ask(request)
        except KeyboardInterrupt:
            if watchdog.reason is StopReason.NONE:
                raise
        self._raise_reason(watchdog, answer)
        return answer

    def _seconds(self) -> float:
        """Return the limit of time for an answer."""
        limits = self.assignment.limits
        if self._limit is TimeLimit.IMPORT:
            return limits.wall_import
        return limits.wall_measure if self._limit is TimeLimit.MEASURE else limits.wall_check

    def _raise_reason(self, watchdog: Watchdog, answer: Answer) -> None:
        """Raise the error that matches why the watchdog interrupted, even if code caught it."""
        if watchdog.was_pressed:
            raise KeyboardInterrupt
        if watchdog.reason is StopReason.SUPERSEDED:
            raise Superseded
        if watchdog.reason is StopReason.REPEATED:
            raise self._as_before(watchdog.stopped_in)
        if watchdog.reason is StopReason.TIME:
            self._timeouts[self._criterion] += 1
            error = None
            if answer.error is not NOT_GIVEN and answer.error is not None:
                error = student_error(answer.error, self._code)
            where = error.where if isinstance(error, StudentError) else ()
            timeout = TimeExceeded("", limit=self._limit, where=where)
            if watchdog.stopped_in:
                self._endless[watchdog.stopped_in[-1]] = timeout
            raise timeout

    def _as_before(self, functions: Sequence[CodeType]) -> TimeExceeded:
        """Return an error with the cause of the one that a function of these brought before."""
        first = next(self._endless[code] for code in functions if code in self._endless)
        evidence = "it called a function that did not end before"
        return TimeExceeded(evidence, limit=first.limit, where=first.where)


class Output(io.RawIOBase):
    """A stream that keeps the end of what is printed."""

    def __init__(self) -> None:
        super().__init__()
        self._content = b""

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, piece: ReadableBuffer) -> int:
        """Keep the end of a piece, and return its length."""
        content = bytes(piece)
        self._content += content
        if len(self._content) > 2 * MAX_OUTPUT_BYTES:
            self._content = self._content[-MAX_OUTPUT_BYTES:]
        return len(content)

    def take(self) -> str:
        """Return what was printed since the last call."""
        content, self._content = self._content[-MAX_OUTPUT_BYTES:], b""
        return content.decode("utf-8", "replace")

    @contextlib.contextmanager
    def capturing(self) -> Iterator[None]:
        """Keep everything that the block prints."""
        buffer = io.BufferedWriter(self)
        stream = io.TextIOWrapper(buffer, "utf-8", "backslashreplace", write_through=True)
        with contextlib.redirect_stdout(stream), contextlib.redirect_stderr(stream):
            try:
                yield
            finally:
                with contextlib.suppress(ValueError):  # student code may have closed it
                    stream.flush()
                    stream.detach().detach()


@contextlib.contextmanager
def ending_children() -> Iterator[None]:
    """End a process that student code forked where that code ends; only this process goes on."""
    own_pid = os.getpid()
    try:
        yield
    finally:
        if os.getpid() != own_pid:
            _end_process(0)


@contextlib.contextmanager
def put_back(hidden: Sequence[str], file: Path) -> Iterator[None]:
    """Undo at the end what student code may change of this process.

    Meanwhile `hidden` packages cannot be imported, and the command line is that of `file`, run
    without options.
    """
    modules = {package: sys.modules.get(package) for package in hidden}
    before = (dict(os.environ), Path.cwd(), list(sys.path), sys.stdin, os._exit, sys.argv)
    finders, state, undo = list(sys.meta_path), GlobalState(), torch_cpu_compat.install()
    with open(os.devnull, encoding="utf-8") as empty:
        sys.stdin, sys.argv = empty, [str(file)]
        os._exit = _exit_of(os.getpid())  # type: ignore[assignment]
        hide_packages(hidden)
        try:
            yield
        finally:
            environment, folder, sys.path[:], sys.stdin, os._exit, sys.argv = before
            os.environ.clear()
            os.environ.update(environment)
            os.chdir(folder)
            sys.meta_path[:] = finders
            state.put_back()
            undo()
            for package, module in modules.items():
                if module is None:
                    sys.modules.pop(package, None)
                else:
                    sys.modules[package] = module


def _exit_of(own_pid: int) -> Callable[[int], NoReturn]:
    """Return what code finds as os._exit, which would end the check in silence, as a success.

    It raises SystemExit in the process `own_pid`. In a child, of multiprocessing or os.fork, it
    ends the process as ever.
    """

    def exit_by(code: int) -> NoReturn:
        if os.getpid() != own_pid:
            _end_process(code)
        raise SystemExit(code)

    return exit_by
