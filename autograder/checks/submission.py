"""A submission as checks see it: the student's code behind the verbs `call` and `run`."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from autograder.checks.answer_types import declared_type, fits
from autograder.checks.probes import has_undefined_name, source_of
from autograder.checks.worker_errors import CODE, asked_for, remark_places, stops_of, student_error
from autograder.diagnosis.outline import Outline
from autograder.diagnosis.read_outline import outline_of
from autograder.errors import Absent, CourseError, Denied, StudentError
from autograder.model import Frame
from autograder.sandbox import wire
from autograder.sandbox.execution.interpreter import FRAMES, Interpreter

MAX_ASKED = 50  # names that are remembered

Ask = Callable[[dict[str, Any]], Any]  # sends one request to the student's side, returns its answer
T = TypeVar("T")
# A value or an error, and the names asked for.
Memory = dict[str, tuple[Any, Exception | None, tuple[str, ...]]]


class Submission:
    """The student's code behind `call` and `run`, and the files submitted with it.

    Only plain data crosses in either direction. `memory` outlives the check: `once` keeps there
    what it measured.
    """

    def __init__(
        self,
        ask: Ask,
        files: Mapping[str, bytes] | None = None,
        student: str = "",
        memory: Memory | None = None,
        restart: Callable[[], None] | None = None,
        remarks: dict[str, Frame] | None = None,
    ) -> None:
        """Take the way to a worker; `remarks` collects what code asked for and got otherwise."""
        self._ask = ask
        self._restart = restart
        self._files = {} if files is None else files
        self._code = {name: content for name, content in self._files.items() if name.endswith(CODE)}
        self._memory: Memory = {} if memory is None else memory
        self.student = student
        self.misfit = ""  # the last answer of another type than its probe declares, in words
        self.asked: tuple[str, ...] = ()  # the names that its requests were about
        self.stops: list[
            tuple[int, int]
        ] = []  # statements that took too long at import: a cell and a line
        self.remarks: dict[str, Frame] = {} if remarks is None else remarks

    def has(self, name: str) -> bool:
        """Return whether the declared file `name` was handed in."""
        return name in self._files

    def file(self, name: str) -> bytes:
        """Return the content of the declared file `name`; Absent where it was not submitted.

        The content is untrusted: decode nothing but JSON, CSV or plain text of it in a check.
        """
        if name not in self._files:
            raise Absent(f"no file {name}", kind=name)
        return self._files[name]

    def outline(self) -> Outline | None:
        """Return what the student's code declares; None where there is no code."""
        return next((outline_of(file, content) for file, content in self._code.items()), None)

    def once(self, key: str, make: Callable[[], T]) -> T:
        """Return `make()`, which runs once for the submission.

        Later checks get the same value, or the same error.
        """
        if key not in self._memory:
            before, self.asked = self.asked, ()
            made: tuple[Any, Exception | None]
            try:
                made = make(), None
            except (StudentError, AssertionError) as error:
                made = None, error
            self._memory[key] = (*made, self.asked)
            self.asked = before
        value, failure, asked = self._memory[key]
        self.asked = (*self.asked, *asked)
        if failure is not None:
            raise failure
        return value  # type: ignore[no-any-return]

    def call(self, name: str, /, *args: Any, **kwargs: Any) -> Any:
        """Return what the student's function `name` returns for plain arguments.

        Arguments and answer are None, bool, int, float, str, bytes, list, tuple, dict or tensors.
        StudentError where the function raises, takes too long or returns anything else.
        """
        return self._value({"do": "call", "name": name, "args": list(args), "kwargs": kwargs})

    def run(self, probe: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """Return what `probe(student, *args, **kwargs)` returns beside the student's objects.

        The source of the probe's whole module is sent, and student code can read it: probes are in
        a file of their own, without tests and expected values. Arguments, answer and StudentError
        are those of `call`.
        """
        source = source_of(probe)
        value = self._value(
            {
                "do": "run",
                "source": source,
                "name": probe.__name__,
                "args": list(args),
                "kwargs": kwargs,
            }
        )
        declared = declared_type(probe)
        if not fits(value, declared):
            self.misfit = (
                f"{probe.__name__} declares {declared}, and answered a {type(value).__name__}"
            )
        return value

    def restart(self) -> None:
        """Use a fresh worker from here on: it remembers nothing of earlier requests."""
        if self._restart is not None:  # a student's own run has only one process
            self._restart()

    def load(
        self,
        module: str,
        file: str,
        content: bytes,
        seconds: float | None = None,
        stops: Sequence[tuple[int, int]] = (),
        wanted: Sequence[str] = (),
    ) -> list[StudentError]:
        """Make the student's module from the bytes of its file; what its statements raised.

        They share so many seconds; those that hold one of `stops` only define. StudentError where
        the file cannot be read, or none of the `wanted` names comes of it. The attribute `stops`
        tells what took too long.
        """
        self._code = {file: content}
        how = {"seconds": seconds, "stops": list(stops), "wanted": list(wanted)}
        value = self._value(
            {"do": "load", "module": module, "file": file, "content": content, **how}
        )
        broken = value.get("broken_cells", []) if type(value) is dict else None
        if type(broken) is not list:
            raise Denied("the answer to 'load' is malformed")
        self.stops = stops_of(value.get("stops", []))
        errors = [student_error(claim, self._code) for claim in broken[:FRAMES]]
        return [error for error in errors if isinstance(error, StudentError)]

    def _value(self, request: dict[str, Any]) -> Any:
        self.asked = tuple(dict.fromkeys((*self.asked, *asked_for(request))))[:MAX_ASKED]
        answer = self._ask(request)
        if type(answer) is not dict or not {"value", "error"} & answer.keys():
            raise Denied("an answer without a value")
        for key, frame in remark_places(answer.get("remarks"), self._code).items():
            self.remarks.setdefault(key, frame)
        if "error" in answer:
            error = student_error(answer["error"], self._code, request)
            may_be_ours = request["do"] == "run" and has_undefined_name(request["source"])
            if isinstance(error, CourseError) and not may_be_ours:
                raise Denied("it blames a probe in which every name is defined, or where none ran")
            raise error
        return answer["value"]


def in_process(
    module: str, file: Path, files: Mapping[str, bytes] | None = None
) -> tuple[Submission, list[StudentError]]:
    """Load `file` in this process; return the submission, and what its statements raised.

    For a student's own run and for authors of graders, never for marks. `files` are the declared
    files by name. A file that is no code is read, not loaded.
    """
    interpreter = Interpreter()
    ids = itertools.count()

    def ask(request: dict[str, Any]) -> Any:
        parts = interpreter.answer(wire.copy({"id": next(ids), **request}, wire.QUESTION))
        return wire.read(b"".join(parts))

    submission = Submission(ask, files)
    if file.suffix not in (".py", ".ipynb"):
        return submission, []
    return submission, submission.load(module, file.name, file.read_bytes())
