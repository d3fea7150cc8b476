"""Programs of a submission: record a student's network once, and reach it wherever it answers."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

import torch
from torch import Tensor

from autograder.checks.asserting import Mismatch
from autograder.checks.digests import digest_of
from autograder.checks.probes import source_of
from autograder.checks.program import (
    MAX_TYPE_CHARS,
    Answer,
    Aside,
    Program,
    Way,
    require_allowed,
)
from autograder.errors import Crashed, Denied, MemoryExceeded
from autograder.programs import networks, probes
from autograder.programs.encoding import BadProgram, Encoded, decode, decode_specs
from autograder.sandbox.protocol import PlainData
from autograder.sandbox.wire import DTYPE_NAMES

Make: TypeAlias = str | Callable[..., object]  # a student's name, or a probe that makes a module
Example: TypeAlias = Tensor | Sequence[int]  # an input, or its shape
Run: TypeAlias = Callable[..., PlainData]  # runs a probe with its arguments


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What makes a network, and how it is run."""

    make: Make
    args: tuple[PlainData, ...]
    shapes: tuple[tuple[list[int], str], ...]  # of the inputs, with their dtypes
    train: bool

    @property
    def name(self) -> str:
        """The name of the student's object, or of the probe."""
        return self.make if isinstance(self.make, str) else self.make.__name__

    @property
    def module_key(self) -> str:
        """What stands for the module and everything that it depends on."""
        return f"{self.name} {digest_of(self.args)}"

    @property
    def making_name(self) -> str:
        """The name by which it draws random numbers: made again, it has the same first values."""
        return f"making {self.module_key}"

    @property
    def key(self) -> str:
        """What stands for the program and everything that it depends on."""
        return f"program {self.module_key} {self.shapes} train={self.train}"

    @property
    def making(self) -> tuple[PlainData, ...]:
        """How the worker makes the module: the arguments of `networks.make` after the student."""
        source = "" if isinstance(self.make, str) else source_of(cast(Any, self.make))
        return (self.module_key, source, self.name, list(self.args))


def question_of(
    make: Make, args: tuple[PlainData, ...], example: Example | tuple[Example, ...], train: bool
) -> Question:
    """Return the question for the program of a network.

    Only shape and dtype of an example are used: its values do not leave the judge.
    """
    is_one = isinstance(example, Tensor) or all(isinstance(size, int) for size in example)
    examples = cast("tuple[Example, ...]", (example,) if is_one else example)
    shapes = tuple(_shape_of(each) for each in examples)
    return Question(make=make, args=args, shapes=shapes, train=train)


def _shape_of(example: Example) -> tuple[list[int], str]:
    if isinstance(example, Tensor):
        return list(example.shape), DTYPE_NAMES[example.dtype]
    return list(example), DTYPE_NAMES[torch.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """The ways in which a submission runs probes."""

    unreported: Run  # in the student's worker; the answer is no report
    on_trust: Run  # in the student's worker
    isolated: Run  # where no student code is
    # Where nothing of another scope was run, which is its first argument; None: there is no such.
    apart: Run | None
    aside: Aside


def program_of(question: Question, runs: Runs) -> Program:
    """Return the program of a student's network.

    It is recorded in the student's worker, and replayed where no student code is. What cannot be
    recorded answers in the student's worker, on trust.
    """
    shapes = [list(pair) for pair in question.shapes]
    with runs.aside(question.making_name):
        answer = runs.unreported(probes.record, *question.making, shapes, question.train)
    if not isinstance(answer, dict):
        raise Denied("no answer about a network")
    if networks.NO_MODULE in answer:
        kind = str(answer[networks.NO_MODULE])[:MAX_TYPE_CHARS]
        raise Mismatch("no_module", f"expected a module, got {kind}", kind=kind)
    try:
        if networks.UNRECORDABLE in answer:
            return _living(question, answer, shapes, runs)
        return _recorded(question, answer.get("recording"), shapes, runs)
    except BadProgram as error:
        raise Denied(str(error)) from None


def _recorded(question: Question, encoded: object, shapes: PlainData, runs: Runs) -> Program:
    recording = decode(encoded)
    key = digest_of([question.key, encoded])
    run, run_isolated = runs.unreported, runs.isolated

    is_loaded = False

    def load(key: str, encoded: Encoded) -> None:
        require_allowed(ask_isolated(run_isolated, probes.load, key, encoded, uses_onednn()))

    def ask(name: str, *args: object) -> Answer:
        nonlocal is_loaded
        if name == "forward" and args[0] == key and not is_loaded:  # both in one request
            is_loaded = True
            loaded = (encoded, uses_onednn())
            return ask_isolated(run_isolated, probes.load_and_forward, *loaded, *args)
        return ask_isolated(run_isolated, getattr(probes, name), *args)

    way = Way(
        key=key,
        ask=ask,
        encoded=cast(Encoded, encoded),
        first_values=lambda names: run(probes.first_values, *question.making, list(names)),
        part_of_value=lambda *part: run(probes.part_of_first_value, *question.making, *part),
        load=load,
        restore=lambda: load(key, cast(Encoded, encoded)),
        ask_apart=_ask_apart(runs.apart),
        differentiate=differentiate_by(question, shapes, run),
        aside=runs.aside,
        module=question.making_name,
    )
    return Program(recording.data.tensors, recording.data, way)


def _ask_apart(run: Run | None) -> Callable[..., Answer] | None:
    """Return what asks a worker of a scope for a function by its name."""
    if run is None:
        return None

    def ask(scope: str, name: str, *args: object) -> Answer:
        return ask_isolated(functools.partial(run, scope), getattr(probes, name), *args)

    return ask


def uses_onednn() -> bool:
    """Return whether graders left the kernels of oneDNN on; replays follow them."""
    return bool(torch._C._get_mkldnn_enabled())


def _living(question: Question, answer: Answer, shapes: PlainData, runs: Runs) -> Program:
    run = runs.unreported

    def restore() -> None:
        with runs.aside(question.making_name):
            run(probes.record, *question.making, shapes, question.train)

    def ask(name: str, *args: object) -> Answer:
        answer = runs.on_trust(getattr(probes, name), *args)
        if not isinstance(answer, dict):
            raise Denied("no answer of a network")
        return answer

    way = Way(
        key=networks.network_key(question.module_key, question.train),
        ask=ask,
        encoded=None,
        first_values=lambda names: run(probes.first_values, *question.making, list(names)),
        part_of_value=lambda *part: run(probes.part_of_first_value, *question.making, *part),
        load=lambda _key, _encoded: None,
        restore=restore,
        ask_apart=None,
        differentiate=differentiate_by(question, shapes, run),
        aside=runs.aside,
        module=question.making_name,
    )
    return Program(decode_specs(answer.get("tensors")), None, way)


def differentiate_by(question: Question, shapes: PlainData, run: Run) -> Callable[[int], object]:
    """Return what runs the student's own modules and their backward pass, for its exception."""
    making = (*question.making, shapes, question.train)
    return lambda repeats: run(probes.differentiate, *making, repeats)


def ask_isolated(run_isolated: Run, probe: Callable[..., object], *args: object) -> Answer:
    """Return the answer of a probe where no student code is.

    A program that ends the worker is denied: no network needs that.
    """
    try:
        answer = run_isolated(probe, *args)
    except (Crashed, MemoryExceeded) as error:
        raise Denied(f"its program ends the process that replays it: {error.evidence}") from error
    return cast(Answer, answer)
