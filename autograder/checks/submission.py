"""A submission as checks see it: the student's code behind the verbs `call` and `run`."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias, TypeVar, cast

import torch
from torch import Tensor

from autograder.checks.answer_types import declared_type, fits
from autograder.checks.probes import has_undefined_name, source_of
from autograder.checks.program import SEED_BOUND, Aside, Program
from autograder.checks.student_programs import Example, Make, Runs, program_of, question_of
from autograder.checks.training import Training, TrainingQuestion, training_of
from autograder.checks.worker_errors import (
    CODE_SUFFIXES,
    isolated_error,
    names_in,
    remark_places,
    student_error,
)
from autograder.diagnosis.outline import Outline
from autograder.diagnosis.read_outline import outline_of
from autograder.errors import Absent, CourseError, Denied, StudentError
from autograder.model import Frame
from autograder.sandbox import wire
from autograder.sandbox.execution.interpreter import Interpreter
from autograder.sandbox.protocol import (
    NOT_GIVEN,
    Answer,
    CallRequest,
    LoadRequest,
    PlainData,
    ProtocolError,
    Request,
    RunRequest,
    Stop,
    decode_answer,
    decode_loaded,
    decode_remarks,
    encode_request,
)

MAX_ASKED_NAMES = 50  # that are remembered for the cause of a wrong answer

Ask: TypeAlias = Callable[[Request], Answer]  # sends a request to the student's side
AskApart: TypeAlias = Callable[[str, Request], Answer]  # sends one to the worker of a scope
Probe: TypeAlias = Callable[..., PlainData]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What `Submission.once` computed: a value or an error."""

    value: object
    error: StudentError | AssertionError | None
    asked: tuple[str, ...]  # the names that its requests were about
    reports: bool = False  # whether it rests on a report of the worker, see `run`


Memory: TypeAlias = dict[str, Measured]  # by the key of `once`


class Submission:
    """The student's code behind `call` and `run`, and the files submitted with it.

    Only plain data crosses in either direction.
    """

    def __init__(
        self,
        ask: Ask,
        files: Mapping[str, bytes] | None = None,
        student: str = "",
        memory: Memory | None = None,
        restart: Callable[[], None] | None = None,
        remarks: dict[str, Frame] | None = None,
        ask_isolated: Ask | None = None,
        aside: Aside = lambda _name="": nullcontext(),
        ask_apart: AskApart | None = None,
    ) -> None:
        """Send requests by `ask`.

        `memory` outlives the check: `once` keeps there what it computed. `restart` ends the worker.
        `remarks` gets the lines at which code asked for what was done in another way. By
        `ask_isolated` requests go to a worker in which no student code is loaded, by `ask_apart` to
        one that has answered nothing of another scope. In a block of `aside` random numbers depend
        on what is computed there, not on what was before.
        """
        self._ask = ask
        self._ask_isolated = ask_isolated
        self._ask_apart = ask_apart
        self._restart = restart
        self._aside = aside
        self._files = {} if files is None else files
        self._code = {
            name: content for name, content in self._files.items() if name.endswith(CODE_SUFFIXES)
        }
        self._memory: Memory = {} if memory is None else memory
        self.student = student
        self.misfit = ""  # the last answer of another type than its probe declares, in words
        self.asked: tuple[str, ...] = ()  # the names that its requests were about
        self.reports = False  # whether the check used a report of the worker: an answer of `run`
        self.stops: list[Stop] = []  # statements that took too long when the file was loaded
        self.remarks: dict[str, Frame] = {} if remarks is None else remarks

    def has(self, name: str) -> bool:
        """Return whether the declared file `name` was handed in."""
        return name in self._files

    def file(self, name: str) -> bytes:
        """Return the content of the declared file `name`; Absent where it was not submitted.

        The content is untrusted: decode nothing but JSON, CSV or plain text of it in a check.
        """
        if name not in self._files:
            raise Absent(f"no file {name}", name=name)
        return self._files[name]

    def outline(self) -> Outline | None:
        """Return what the student's code declares; None where there is no code."""
        return next((outline_of(file, content) for file, content in self._code.items()), None)

    def once(self, key: str, make: Callable[[], T]) -> T:
        """Return `make()`, which runs once for the submission.

        Later checks get the same value, or the same error.
        """
        with self._aside(f"once {key}"):
            if key not in self._memory:
                self._memory[key] = self._measured(make)
        measured = self._memory[key]
        self.asked = (*self.asked, *measured.asked)
        self.reports = self.reports or measured.reports
        if measured.error is not None:
            raise measured.error
        return cast(T, measured.value)

    def _measured(self, make: Callable[[], object]) -> Measured:
        """Return the value or the error of `make()`, and what its requests were about."""
        before, self.asked = self.asked, ()
        reported, self.reports = self.reports, False
        value: object = None
        failure: StudentError | AssertionError | None = None
        try:
            value = make()
        except (StudentError, AssertionError) as error:
            failure = error
        measured = Measured(value=value, error=failure, asked=self.asked, reports=self.reports)
        self.asked, self.reports = before, reported
        return measured

    def call(self, name: str, /, *args: PlainData, **kwargs: PlainData) -> PlainData:
        """Return what the student's function `name` returns for plain arguments.

        Arguments and answer are None, bool, int, float, str, bytes, list, tuple, dict or tensors.
        StudentError where the function raises, takes too long or returns anything else.
        """
        return self._value(CallRequest(name=name, args=args, kwargs=kwargs))

    def run(self, probe: Probe, /, *args: PlainData, **kwargs: PlainData) -> PlainData:
        """Return what `probe(student, *args, **kwargs)` returns beside the student's objects.

        The source of the probe's whole module is sent, and student code can read it: probes are in
        a file of their own, without tests and expected values. Arguments, answer and StudentError
        are those of `call`. The answer is a report: the check rests on trust, unless it is a gate.
        """
        self.reports = True
        return self._fitting(probe, self._value(_request_of(probe, args, kwargs)))

    def prepare(self, probe: Probe, /, *args: PlainData, **kwargs: PlainData) -> PlainData:
        """Run a probe as `run` does, whose answer is no evidence: the check does not rest on it.

        It is for what makes a question possible, such as opening a file, and for answers that the
        judge compares with its own.
        """
        return self._fitting(probe, self._value(_request_of(probe, args, kwargs)))

    def run_isolated(self, probe: Probe, /, *args: PlainData, **kwargs: PlainData) -> PlainData:
        """Return what `probe(student, *args, **kwargs)` returns where no student code is loaded.

        It runs in a confined worker of this submission, in which `student` has no names. It is for
        data that students made and that may be hostile: a crash, or too much time or memory, costs
        this submission alone. An exception of the probe is the grader's fault, not the student's.
        """
        if self._ask_isolated is None:
            raise CourseError(f"{probe.__name__}: there is no worker without student code here")
        return self._isolated_value(self._ask_isolated, probe, _request_of(probe, args, kwargs))

    def _run_apart(self, scope: str, probe: Probe, /, *args: PlainData) -> PlainData:
        """Run a probe as `run_isolated` does, where nothing of another scope was run."""
        assert self._ask_apart is not None
        ask = functools.partial(self._ask_apart, scope)
        return self._isolated_value(ask, probe, _request_of(probe, args, {}))

    def _isolated_value(self, ask: Ask, probe: Probe, request: RunRequest) -> PlainData:
        answer = ask(request)
        if answer.error is not NOT_GIVEN:
            raise isolated_error(probe.__name__, answer.error)
        if answer.value is NOT_GIVEN:
            raise Denied("an answer without a value")
        return self._fitting(probe, answer.value)

    def program(
        self,
        make: Make,
        /,
        *args: PlainData,
        example: Example | tuple[Example, ...],
        train: bool = False,
    ) -> Program:
        """Return the program of a network: `y = program(x, parameters=…, buffers=…)`.

        `make` is the name of a student's class or function, or a probe, that is called with `args`
        and returns a module. The module is run once on an input of the shape of `example` (several
        inputs: a tuple of them), in eval or train mode, and recorded. Its operations are then
        replayed where no student code is, for other inputs of that shape and other parameters, with
        gradients. Recorded once for the submission, whichever checks ask.

        A module that cannot be recorded answers by itself, and the check rests on its word. Denied
        where the program breaks the rules; the check fails where `make` returns no module.
        """
        question = question_of(make, args, example, train)
        return self.once(
            question.key,
            lambda: program_of(question, self._runs),
        )

    def training(self, probe: Probe, /, *args: PlainData, inputs: Mapping[str, Tensor]) -> Training:
        """Return a training of the student's, recorded once for the submission.

        `probe(student, tape, *args)` makes a model and loaders of `tape["name"]`, the inputs, calls
        `tape.watch(model)`, and runs the student's function in `tape.record(lambda: …)`; loaders
        may call `tape.mark(label)`. `training.again(inputs=…)` then trains on other data of the
        same shapes, where no student code is. The inputs given here are known to student code.
        """
        question = TrainingQuestion(probe=probe, args=args, inputs=inputs)

        def record() -> Training:
            seed = int(torch.randint(SEED_BOUND, ()))
            return training_of(replace(question, seed=seed), self._runs)

        return self.once(question.key, record)

    @property
    def _runs(self) -> Runs:
        return Runs(
            unreported=self._run_unreported,
            on_trust=self.run,
            isolated=self.run_isolated,
            apart=None if self._ask_apart is None else self._run_apart,
            aside=self._aside,
        )

    def _run_unreported(self, probe: Probe, /, *args: PlainData) -> PlainData:
        """Run a probe whose answer is no report: a program is judged, whoever wrote it."""
        return self._value(_request_of(probe, args, {}))

    def _fitting(self, probe: Probe, value: PlainData) -> PlainData:
        """Return the answer of a probe, and note where it has another type than declared."""
        declared = declared_type(probe)
        if not fits(value, declared):
            answered = type(value).__name__
            self.misfit = f"{probe.__name__} declares {declared}, and answered a {answered}"
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
        stops: Sequence[Stop] = (),
        wanted: Sequence[str] = (),
    ) -> list[StudentError]:
        """Make the student's module from the bytes of its file, and return what statements raised.

        They share so many seconds; those that hold one of `stops` only define. Raise StudentError
        where the file cannot be read, or defines none of the `wanted` names. The attribute `stops`
        holds what took too long.
        """
        self._code = {file: content}
        request = LoadRequest(
            module=module,
            file=file,
            content=content,
            seconds=seconds,
            stops=tuple(stops),
            wanted=tuple(wanted),
        )
        try:
            loaded = decode_loaded(self._value(request))
        except ProtocolError as error:
            raise Denied(str(error)) from None
        self.stops = list(loaded.stops)
        errors = [student_error(claim, self._code) for claim in loaded.errors]
        return [error for error in errors if isinstance(error, StudentError)]

    def _value(self, request: Request) -> PlainData:
        names = dict.fromkeys((*self.asked, *names_in(request)))
        self.asked = tuple(names)[:MAX_ASKED_NAMES]
        answer = self._ask(request)
        if answer.value is NOT_GIVEN and answer.error is NOT_GIVEN:
            raise Denied("an answer without a value")
        places = remark_places(decode_remarks(answer.remarks), self._code)
        for key, frame in places.items():
            self.remarks.setdefault(key, frame)
        if answer.error is NOT_GIVEN:
            return answer.value
        error = student_error(answer.error, self._code, request)
        if isinstance(error, CourseError) and not _may_be_mistaken(request):
            raise Denied("it blames a probe in which every name is defined, or where none ran")
        raise error


def _request_of(
    probe: Probe, args: tuple[PlainData, ...], kwargs: Mapping[str, PlainData]
) -> RunRequest:
    return RunRequest(source=source_of(probe), name=probe.__name__, args=args, kwargs=kwargs)


def _may_be_mistaken(request: Request) -> bool:
    """Return whether a request runs a probe that uses an undefined name."""
    return isinstance(request, RunRequest) and has_undefined_name(request.source)


class InProcessWorker:
    """An interpreter in this process, asked as a worker is; nothing confines it."""

    def __init__(self) -> None:
        self._interpreter = Interpreter()
        self._ids = itertools.count()

    def ask(self, request: Request) -> Answer:
        """Return the answer to a request; Denied where student code spoilt it."""
        request_id = next(self._ids)
        question = wire.copy(encode_request(request, request_id), wire.QUESTION_CAPS)
        frame = b"".join(self._interpreter.answer(question))
        try:
            return decode_answer(wire.read(frame), request_id)
        except ProtocolError as error:
            raise Denied(str(error)) from None


def in_process(
    module: str, file: Path, files: Mapping[str, bytes] | None = None
) -> tuple[Submission, list[StudentError]]:
    """Load `file` in this process; return the submission, and what its statements raised.

    For a student's own run and for authors of graders, never for marks. `files` are the declared
    files by name. A file that is no code is read, not loaded.
    """
    submission = Submission(InProcessWorker().ask, files, ask_isolated=InProcessWorker().ask)
    if file.suffix not in CODE_SUFFIXES:
        return submission, []
    return submission, submission.load(module, file.name, file.read_bytes())
