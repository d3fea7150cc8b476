"""A student's training in the judge: recorded once, and run again on data that is drawn later."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor

from autograder.checks.digests import digest_of
from autograder.checks.probes import source_of
from autograder.checks.program import SEED_BOUND, Answer, asked, require_allowed
from autograder.checks.student_programs import Runs, ask_isolated, uses_onednn
from autograder.errors import Denied
from autograder.programs import networks, training_probes
from autograder.programs.gradients import Gradients
from autograder.programs.modes import Modes
from autograder.programs.tape import END
from autograder.sandbox.protocol import PlainData

MAX_OBSTACLE_CHARS = 300
MIN_COPY_ELEMENTS = 16  # of a constant that may be a copy of images
MIN_COPY_SHARE = 0.5  # of its elements that are values of an input
State = dict[str, Tensor]  # parameters and buffers of the model, by name


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The model at a mark of a training."""

    label: str
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingQuestion:
    """Which training is asked for: a probe that runs it, and its data."""

    probe: Callable[..., object]
    args: tuple[PlainData, ...]
    inputs: Mapping[str, Tensor]
    seed: int = 0

    @property
    def making(self) -> tuple[PlainData, ...]:
        """How the worker runs it: source and name of the probe, and its arguments."""
        return (source_of(self.probe), self.probe.__name__, list(self.args))

    @property
    def key(self) -> str:
        """What stands for the training and everything that it depends on."""
        return f"training {self.probe.__name__} {digest_of([*self.args, dict(self.inputs)])}"


class Training:
    """What a student's training does to a model.

    `value` is what the probe returned for the data with which it was recorded, `first` the values
    with which the model began. Where it cannot be recorded, the student's code trains again, and
    what it reports is taken on trust.
    """

    def __init__(self, question: TrainingQuestion, answer: Answer, runs: Runs) -> None:
        """Take the worker's answer to the question."""
        self.value: PlainData = answer.get("value")
        self.first: State = dict(require_state(answer.get("first")))
        # Why it cannot be recorded, in the words of the worker; empty: it is.
        self.obstacle = str(answer.get(networks.UNRECORDABLE, ""))[:MAX_OBSTACLE_CHARS]
        self._question = question
        self._runs = runs
        self._answer = answer
        self._labels: list[str] = []
        self._gradients: Answer | None = None
        self._key = digest_of([question.key, answer.get("recording")])
        if self.recorded:
            self._load()

    @property
    def recorded(self) -> bool:
        """Whether the training is replayed, so that no student code answers."""
        return not self.obstacle

    def again(
        self, inputs: Mapping[str, Tensor] | None = None, first: Mapping[str, Tensor] | None = None
    ) -> tuple[Moment, ...]:
        """Return the model at the marks of the training, the last one its end, for other data.

        `inputs` replace those of the same name and shape, `first` the values with which the model
        begins; what is not given is as it was recorded.
        """
        question = self._question
        given = {**question.inputs, **(inputs or {})}
        tensors = {**self.first, **(first or {})}
        seed = question.seed
        if inputs or first:
            seed = int(torch.randint(SEED_BOUND, ()))
        if not self.recorded:
            return self._again_live(given, tensors, seed)
        arguments = (self._key, [given[name] for name in question.inputs], tensors, seed)
        states = self._ask("replay", *arguments).get("states")
        if not isinstance(states, list) or len(states) != len(self._labels):
            raise Denied("a replay without its states")
        return tuple(
            self._moment(label, state) for label, state in zip(self._labels, states, strict=True)
        )

    @property
    def largest_constant(self) -> int:
        """The number of elements of the largest tensor that is neither an input nor the model's.

        An optimizer's counters have one element, and an order of images one for each image. Images
        that were taken past torch's operations are constants, too, and far larger.
        """
        return max((constant.numel() for constant in self._constants), default=0)

    def depends_on(self, *names: str) -> set[str]:
        """Return the parameters and buffers whose last values were computed from these inputs.

        So are those that were computed from a copy, which was made past torch's operations. A
        training that is not recorded shows none.
        """
        if not self.recorded:
            return set()
        order = list(self._question.inputs)
        numbers = [order.index(name) for name in names]
        copies = self._copies_of(names)
        answer = self._ask("dependent_names", self._key, numbers, copies)
        return set(cast("list[str]", answer.get("names")))

    def rows_used(self, name: str, *ends: str) -> set[int]:
        """Return the rows of an input from which the last values of `ends` were computed.

        Of images, these are the ones that the training learnt from. A training that is not recorded
        shows none.
        """
        if not self.recorded:
            return set()
        source = list(self._question.inputs).index(name)
        return set(cast("list[int]", self._ask("used_rows", self._key, source, ends).get("rows")))

    def _copies_of(self, names: Sequence[str]) -> list[int]:
        """Return the positions of constants that hold values of these inputs."""
        copies = []
        for position, constant in enumerate(self._constants):
            values = constant.flatten().double()
            if len(values) < MIN_COPY_ELEMENTS:
                continue
            for name in names:
                source = self._question.inputs[name]
                shared = torch.isin(values, source.flatten().double()).double().mean()
                if source.is_floating_point() and float(shared) > MIN_COPY_SHARE:
                    copies.append(position)
                    break
        return copies

    @property
    def _constants(self) -> Sequence[Tensor]:
        recording = self._answer.get("recording")
        return recording.get("constants", ()) if isinstance(recording, dict) else ()

    def modes(self, *names: str) -> Modes | None:
        """Return in which modes the network runs on these inputs; None where it is not recorded."""
        if not self.recorded:
            return None
        order = list(self._question.inputs)
        answer = self._ask("modes", self._key, [order.index(name) for name in names])
        return Modes(
            is_used=answer.get("is_used") is True,
            records_gradients=answer.get("records_gradients") is True,
            trains=answer.get("trains") is True,
        )

    def gradients(self) -> Gradients:
        """Return which gradients the training computes, and what was computed from them.

        A training that is not recorded shows none.
        """
        if not self.recorded:
            return Gradients(computed=frozenset(), moved=frozenset(), from_inputs=False)
        with self._runs.aside():
            if self._gradients is None:
                self._gradients = self._ask("gradients", self._key)
        answer = self._gradients
        return Gradients(
            computed=frozenset(cast("list[str]", answer.get("computed"))),
            moved=frozenset(cast("list[str]", answer.get("moved"))),
            from_inputs=answer.get("from_inputs") is True,
        )

    def _again_live(
        self, inputs: Mapping[str, Tensor], first: Mapping[str, Tensor], seed: int
    ) -> tuple[Moment, ...]:
        arguments = (*self._question.making, dict(inputs), dict(first), seed)
        answer = self._runs.on_trust(training_probes.run_live, *arguments)
        states = answer.get("states") if isinstance(answer, dict) else None
        if not isinstance(states, list) or not states:
            raise Denied("a training without its states")
        moments = []
        for entry in states:
            if not isinstance(entry, list) or len(entry) != 2 or not isinstance(entry[0], str):
                raise Denied("a state without its label")
            moments.append(self._moment(entry[0], entry[1]))
        return tuple(moments)

    def _moment(self, label: str, value: object) -> Moment:
        """Return the model at a mark; Denied where it is another model than began.

        Before the end a layer may be taken out of the model: its values are not in the state then.
        """
        state = dict(require_state(value))
        is_whole = set(state) == set(self.first) or (label != END and set(state) <= set(self.first))
        if not is_whole or any(
            (state[name].shape, state[name].dtype)
            != (self.first[name].shape, self.first[name].dtype)
            for name in state
        ):
            raise Denied(f"the model of another form at the mark {label!a}"[:MAX_OBSTACLE_CHARS])
        return Moment(label=label, state=state)

    def _load(self) -> None:
        marks = self._answer.get("marks")
        recording = self._answer.get("recording")
        arguments = (self._key, recording, marks, uses_onednn())
        require_allowed(ask_isolated(self._runs.isolated, training_probes.load, *arguments))
        self._labels = [mark[0] for mark in cast("list[list[str]]", marks)]

    def _ask(self, name: str, *args: object) -> Answer:
        probe = getattr(training_probes, name)
        with self._runs.aside():
            answer = asked(lambda: ask_isolated(self._runs.isolated, probe, *args), self._load)
        require_allowed(answer)
        return answer


def require_state(value: object) -> Mapping[str, Tensor]:
    """Return the values of a model; Denied where they are none."""
    if not isinstance(value, dict) or not all(
        isinstance(name, str) and isinstance(tensor, Tensor) for name, tensor in value.items()
    ):
        raise Denied("the values of a model are tensors by name")
    return value


def training_of(question: TrainingQuestion, runs: Runs) -> Training:
    """Return the training of a student's model.

    It is recorded in the student's worker, and replayed where no student code is. What cannot be
    recorded trains again in the student's worker, on trust.
    """
    arguments: Sequence[object] = (*question.making, dict(question.inputs), question.seed)
    answer = runs.unreported(training_probes.record, *arguments)
    if not isinstance(answer, dict):
        raise Denied("no answer about a training")
    return Training(question, answer, runs)
