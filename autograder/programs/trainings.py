"""Trainings that answer requests of the judge (runs inside): recorded ones, and live ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import torch
from torch import Tensor

from autograder.programs.dependence import dependents
from autograder.programs.encoding import BadProgram, Encoded, decode, encode
from autograder.programs.gradients import gradients_of
from autograder.programs.modes import modes_of
from autograder.programs.networks import DENIED, UNKNOWN, UNRECORDABLE, Answer, make_room, probe_of
from autograder.programs.operators import RANDOM_KINDS
from autograder.programs.program_data import Recording
from autograder.programs.recorder import Unrecordable
from autograder.programs.replayer import Capture, ReplayError, replay_training
from autograder.programs.rows import rows_used
from autograder.programs.tape import Mark, Tape, named_tensors
from autograder.programs.value_watch import ExitWatch

MAX_TRAININGS = 8  # that are kept for later requests
MAX_MARKS = 10_000  # of one training
MAX_DIFFERENCE = 1e-4  # between a training and its replay: relative to the largest value


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedTraining:
    """A training that can be run again on other data."""

    recording: Recording
    captures: tuple[Capture, ...]  # one for each mark; the last one is the end


recorded: dict[str, RecordedTraining] = {}  # the last ones, by the judge's key


def record(
    student: object,
    source: str,
    name: str,
    args: Sequence[object],
    inputs: Mapping[str, Tensor],
    seed: int,
) -> Answer:
    """Return the program of a training, and what it returned; where there is none, why."""
    tape = Tape(inputs=dict(inputs), seed=seed)
    first_inputs = {key: tensor.clone() for key, tensor in inputs.items()}
    answer: Answer = {}
    exits = ExitWatch()
    try:
        with exits:
            answer["value"] = probe_of(source, name)(student, tape, *args)
        recording = tape.recording()
        captures = [capture_of(mark) for mark in tape.marks]
        if exits.has_left or leaves_doubt(recording):
            require_seen(recording, captures[-1])
            require_same(recording, captures, tape, first_inputs)
        answer["recording"] = encode(recording)
        answer["marks"] = [[mark.label, mark.index, dict(mark.state)] for mark in tape.marks]
    except Unrecordable as error:
        answer[UNRECORDABLE] = str(error)
    answer["first"] = tape.first
    return answer


def capture_of(mark: Mark) -> Capture:
    """Return what is captured at a mark."""
    return Capture(index=mark.index, numbers=mark.state)


def require_seen(recording: Recording, end: Capture) -> None:
    """Raise Unrecordable where parameters end as numbers that torch did not compute.

    Others depend on the data, or on the values with which they began.
    """
    data = recording.data
    computed = dependents(data, large_constants(recording), end.numbers)
    if not computed:
        return
    known = dependents(data, range(len(data.inputs) + len(data.tensors)), end.numbers)
    if computed - known:
        raise Unrecordable("it computes with numbers that torch does not see")


def leaves_doubt(recording: Recording) -> bool:
    """Return whether a replay may end otherwise: by constants, or by random numbers."""
    is_random = any(each.kind in RANDOM_KINDS for each in recording.data.operations)
    return is_random or bool(large_constants(recording))


def large_constants(recording: Recording) -> list[int]:
    """Return the numbers of constants that are more than one number."""
    data = recording.data
    return [number for number in data.constants if len(data.specs[number].shape) > 0]


def require_same(
    recording: Recording, captures: Sequence[Capture], tape: Tape, inputs: Mapping[str, Tensor]
) -> None:
    """Raise Unrecordable where the replay ends otherwise than the training did."""
    torch.default_generator.manual_seed(tape.seed)
    try:
        *_, last = replay_training(recording, list(inputs.values()), tape.first, captures[-1:])
    except ReplayError as error:
        raise Unrecordable(f"its replay fails: {error}") from None
    assert tape.model is not None
    for name, tensor in named_tensors(tape.model).items():
        mine, theirs = tensor.detach().double(), last[name].double()
        scale = float(mine.abs().max()) if mine.numel() else 0.0
        if mine.shape != theirs.shape or not bool(
            ((mine - theirs).abs() <= MAX_DIFFERENCE * max(scale, 1.0)).all()
        ):
            raise Unrecordable("its replay ends with other values")


def run_live(
    student: object,
    source: str,
    name: str,
    args: Sequence[object],
    inputs: Mapping[str, Tensor],
    tensors: Mapping[str, Tensor],
    seed: int,
) -> Answer:
    """Return what a training that cannot be recorded returns for other data, and its states."""
    tape = Tape(inputs=dict(inputs), seed=seed, given=tensors, is_live=True)
    value = probe_of(source, name)(student, tape, *args)
    states = [[label, state] for label, state in tape.states]
    return {"value": value, "states": states, "first": tape.first}


def load(key: str, encoded: Encoded, marks: object, onednn: bool) -> Answer:
    """Keep a recorded training for later requests; for `onednn` see `networks.load`."""
    torch.backends.mkldnn.set_flags(onednn)  # type: ignore[no-untyped-call]
    try:
        recording = decode(encoded)
        captures = tuple(capture_of(mark) for mark in decode_marks(marks, recording))
    except BadProgram as error:
        return {DENIED: str(error)}
    make_room(recorded, MAX_TRAININGS)
    recorded[key] = RecordedTraining(recording=recording, captures=captures)
    return {}


def decode_marks(marks: object, recording: Recording) -> list[Mark]:
    """Return the marks of a training; BadProgram where they are none."""
    if type(marks) is not list or not 0 < len(marks) <= MAX_MARKS:
        raise BadProgram(f"a training has one to {MAX_MARKS} marks")
    decoded = []
    for mark in marks:
        if type(mark) is not list or len(mark) != 3 or type(mark[2]) is not dict:
            raise BadProgram("a mark has a label, an index and a state")
        label, index, state = mark
        known = len(recording.data.operations)
        if type(label) is not str or type(index) is not int or not 0 <= index <= known:
            raise BadProgram("a mark is between two operations")
        for name, number in state.items():
            if type(name) is not str or type(number) is not int:
                raise BadProgram("the state of a mark names tensors")
        decoded.append(Mark(label=label, index=index, state=state))
    return decoded


def replay(key: str, inputs: Sequence[Tensor], tensors: Mapping[str, Tensor], seed: int) -> Answer:
    """Return the states of a training at its marks, for other data and first values."""
    if key not in recorded:  # the worker is a fresh one
        return {UNKNOWN: key}
    training = recorded[key]
    torch.default_generator.manual_seed(seed)
    try:
        states = replay_training(training.recording, inputs, tensors, training.captures)
    except ReplayError as error:
        return {DENIED: str(error)}
    except KeyError as error:
        return {DENIED: f"a mark names an unknown tensor {error}"}
    return {"states": states}


def dependent_names(key: str, sources: Sequence[int], constants: Sequence[int]) -> Answer:
    """Return the names of parameters and buffers that depend on inputs or constants at the end."""
    if key not in recorded:
        return {UNKNOWN: key}
    training = recorded[key]
    data = training.recording.data
    starts = [*sources, *(data.constants[position] for position in constants)]
    return {"names": sorted(dependents(data, starts, training.captures[-1].numbers))}


def used_rows(key: str, source: int, names: Sequence[str]) -> Answer:
    """Return the rows of an input from which parameters and buffers were computed at the end."""
    if key not in recorded:
        return {UNKNOWN: key}
    recording, numbers = recorded[key].recording, recorded[key].captures[-1].numbers
    ends = [numbers[name] for name in names if name in numbers]
    return {"rows": sorted(rows_used(recording.data, source, ends, recording.constants))}


def modes(key: str, sources: Sequence[int]) -> Answer:
    """Return in which modes a training runs the network on inputs."""
    if key not in recorded:
        return {UNKNOWN: key}
    return asdict(modes_of(recorded[key].recording.data, sources))


def gradients(key: str) -> Answer:
    """Return which gradients a training computes, and what was computed from them."""
    if key not in recorded:
        return {UNKNOWN: key}
    training = recorded[key]
    found = gradients_of(training.recording.data, training.captures[-1].numbers)
    return {
        "computed": sorted(found.computed),
        "moved": sorted(found.moved),
        "from_inputs": found.from_inputs,
    }
