"""Student code in this very process, as on a student's own machine: nothing confines it, but it is
looked after.

It gets no stdin, has its time, its output is kept, and what it changes of the process is put back.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import random
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

import torch

from autograder.checks.submission import Submission
from autograder.checks.worker_errors import student_error
from autograder.errors import StudentError, TimeExceeded
from autograder.grading.expected_names import names_of
from autograder.model import Assignment, Frame, SubmittedFiles
from autograder.sandbox import wire
from autograder.sandbox.execution import torch_cpu_compat
from autograder.sandbox.execution.global_state import GlobalState
from autograder.sandbox.execution.interpreter import Interpreter, hide
from autograder.student.watchdog import Superseded, Watchdog

KEPT = 8_000  # characters of output
MAX_TIMEOUTS = 2  # in one criterion: its remaining checks are not waited for
_end = os._exit  # before student code gets another one


class Unconfined:
    """An examination in this very process: what `Grader.examine` needs, without a worker."""

    def __init__(
        self,
        assignment: Assignment,
        submission: SubmittedFiles,
        is_superseded: Callable[[], bool] = lambda: False,
        give_up: Callable[[], None] = lambda: None,
    ) -> None:
        """`is_superseded` tells when nobody waits for the result any more; `give_up`: see Watchdog."""
        self.assignment = assignment
        self.submission = submission
        self.output = Output()
        self._interpreter = Interpreter()
        self.remarks: dict[str, Frame] = {}
        self._live = Submission(self._ask, submission.files, remarks=self.remarks)
        self._ids = itertools.count()
        self._code: dict[str, bytes] = {}
        self._dog = (is_superseded, give_up)
        self._criterion, self._limit = "", "import"
        self._timeouts: Counter[str] = Counter()

    def load(self, name: str) -> list[StudentError]:
        """Import the code, which the student calls `name`; what its statements raised."""
        sources, files = self.assignment.source_names, self.submission.files
        self._code = {name: next(content for file, content in files.items() if file in sources)}
        return self._live.load(
            self.assignment.id, name, self._code[name], wanted=names_of(self.assignment)
        )

    def begin(self, check: str, criterion: str, *, measure: bool = False) -> Submission:
        """The same live submission for every check; random numbers are the same for the same check."""
        self._criterion, self._limit = criterion, "measure" if measure else "check"
        seed = zlib.crc32(check.encode())
        torch.manual_seed(seed)
        random.seed(seed)
        self._live.asked = ()
        return self._live

    def take_output(self) -> str:
        """What student code printed since the last time."""
        return self.output.take()

    def judging(self) -> contextlib.AbstractContextManager[None]:
        """Nothing: what a check computes on a student's own machine is the student's to wait for."""
        return contextlib.nullcontext()

    def _ask(self, request: dict[str, Any]) -> Any:
        if self._timeouts[self._criterion] >= MAX_TIMEOUTS:
            raise TimeExceeded("not asked: the criterion ran out of time before", kind="criterion")
        limits = self.assignment.limits
        seconds = {
            "import": limits.wall_import,
            "check": limits.wall_check,
            "measure": limits.wall_measure,
        }
        dog = Watchdog(seconds[self._limit], *self._dog)
        question = wire.copy({"id": next(self._ids), **request}, wire.QUESTION)
        answer: Any = None
        try:
            with dog, self.output.taking(), only_here():
                answer = wire.read(b"".join(self._interpreter.answer(question)))
        except KeyboardInterrupt:
            if not dog.why:
                raise
        self._see_why(dog, answer)
        return answer

    def _see_why(self, dog: Watchdog, answer: Any) -> None:
        """Raise what the dog barked at, whatever student code made of it."""
        if dog.was_pressed:
            raise KeyboardInterrupt
        if dog.why == "superseded":
            raise Superseded
        if dog.why == "time":
            self._timeouts[self._criterion] += 1
            claim = answer.get("error") if type(answer) is dict else None
            error = student_error(claim, self._code) if claim is not None else None
            raise TimeExceeded(
                "", kind=self._limit, where=error.where if isinstance(error, StudentError) else ()
            )


class Output(io.RawIOBase):
    """The end of what was printed, as bytes come in."""

    def __init__(self) -> None:
        super().__init__()
        self._content = b""

    def writable(self) -> bool:
        """It is written to."""
        return True

    def write(self, piece: Any) -> int:
        """Keep the end of it."""
        self._content += bytes(piece)
        if len(self._content) > 2 * KEPT:
            self._content = self._content[-KEPT:]
        return len(piece)

    def take(self) -> str:
        """What is there, once."""
        content, self._content = self._content[-KEPT:], b""
        return content.decode("utf-8", "replace")

    @contextlib.contextmanager
    def taking(self) -> Iterator[None]:
        """Everything that is printed comes here."""
        stream = io.TextIOWrapper(
            io.BufferedWriter(self), "utf-8", "backslashreplace", write_through=True
        )
        with contextlib.redirect_stdout(stream), contextlib.redirect_stderr(stream):
            try:
                yield
            finally:
                with contextlib.suppress(ValueError):  # student code may have closed it
                    stream.flush()
                    stream.detach().detach()


@contextlib.contextmanager
def only_here() -> Iterator[None]:
    """End a child that student code forked where that code ends: what comes after is this process's
    alone.
    """
    here = os.getpid()
    try:
        yield
    finally:
        if os.getpid() != here:
            _end(0)


@contextlib.contextmanager
def put_back(hidden: Sequence[str], file: Path) -> Iterator[None]:
    """Undo at the end what student code may change of this process.

    Meanwhile `hidden` packages are not there, and the command line is that of `file`, run without
    options.
    """
    known = {package: sys.modules.get(package) for package in hidden}
    before = (dict(os.environ), Path.cwd(), list(sys.path), sys.stdin, os._exit, sys.argv)
    finders, state, undo = list(sys.meta_path), GlobalState(), torch_cpu_compat.install()
    with open(os.devnull, encoding="utf-8") as nothing:
        sys.stdin, os._exit, sys.argv = nothing, _exit_of(os.getpid()), [str(file)]  # type: ignore[assignment]
        hide(list(hidden))
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
            for package, module in known.items():
                if module is None:
                    sys.modules.pop(package, None)
                else:
                    sys.modules[package] = module


def _exit_of(here: int) -> Callable[[int], NoReturn]:
    """What code finds as os._exit: in the process `here` it would end the check in silence, perhaps
    as a success.

    A child, of multiprocessing or os.fork, ends by it as ever.
    """

    def exit_by(code: int) -> NoReturn:
        if os.getpid() != here:
            _end(code)
        raise SystemExit(code)

    return exit_by
