"""A recorded program as a graph that people can read: layers, activations, additions."""

from __future__ import annotations

import math

from autograder.drawing.operation_kinds import (
    FILLING_KINDS,
    PARTING_KINDS,
    RESHAPING_KINDS,
    SAME_KINDS,
    Use,
    describe,
    weight_of,
)
from autograder.drawing.order import Draft, drafts_before, in_order
from autograder.model import NetworkGraph
from autograder.programs.operators import RANDOM_KINDS
from autograder.programs.program_data import Operation, ProgramData

# Between these and linear maps tensors are only put into another form.
ATTENTION_KINDS = frozenset({"attention", "matmul"})
SHOWING_KINDS = RESHAPING_KINDS | PARTING_KINDS | {"detach", "alias"}


def graph_of(data: ProgramData) -> NetworkGraph | None:
    """Return the graph of a program; None where it returns nothing that comes from its input.

    Operations on which the result does not depend are left out, and so are copies, and whatever
    is computed from parameters alone.
    """
    made = _Maker(data).drafts()
    if made is None:
        return None
    inputs, output = made
    output = _without_forms(output)
    return in_order(inputs, output)


class _Maker:
    """Makes a draft for each operation that depends on the network's input."""

    def __init__(self, data: ProgramData) -> None:
        self._data = data
        self._batch = data.inputs[0].shape[:1] if data.inputs else ()
        self._shown: dict[int, Draft] = {}  # by number of a tensor
        self._bases: dict[int, int] = {}  # of views: the number of what they show
        self._keeps: dict[int, float] = {}  # of random masks: the share that they keep

    def drafts(self) -> tuple[list[Draft], Draft] | None:
        """Return the drafts of the inputs, and that of the result."""
        inputs = []
        for number in range(len(self._data.inputs)):
            draft = Draft(kind="input", inputs=[], shape=self._shape_of(number))
            inputs.append(draft)
            self._shown[number] = draft
        for operation in self._data.operations:
            if operation.outputs:
                self._take(operation)
        result = self._shown.get(-1 if self._data.result is None else self._data.result)
        return None if result is None else (inputs, result)

    def _take(self, operation: Operation) -> None:
        name = operation.kind.removesuffix("_")
        numbers = operation.sources
        first = numbers[0] if numbers else None
        if first is not None and name in SHOWING_KINDS:
            for number in operation.outputs:
                self._bases.setdefault(number, self._bases.get(first, first))
        is_random = name in RANDOM_KINDS and name != "native_dropout"
        if is_random:
            self._note_kept(operation, first)
        elif first in self._keeps:  # the mask of dropout, scaled
            self._keeps[operation.outputs[0]] = self._keeps[first]
        sources = [self._shown[number] for number in numbers if number in self._shown]
        if name == "copy":  # what was there before is gone
            sources = [self._shown[number] for number in numbers[1:] if number in self._shown]
        if is_random or name in FILLING_KINDS or not sources:
            for number in operation.outputs:
                self._shown.pop(number, None)
            return
        self._add(operation, name, sources)
        if operation.kind.endswith("_") and first in self._bases:
            self._write_through(first, self._bases[first])

    def _note_kept(self, operation: Operation, first: int | None) -> None:
        if operation.kind.startswith("bernoulli"):
            shares = [value for value in operation.args[1:] if isinstance(value, float)]
            for number in (*operation.outputs, *([] if first is None else [first])):
                self._keeps[number] = shares[0] if shares else 0.5

    def _add(self, operation: Operation, name: str, sources: list[Draft]) -> None:
        use = Use(
            data=self._data,
            operation=operation,
            depends=self._shown.__contains__,
            keeps=self._keeps.get,
        )
        kind, settings = describe(use)
        is_bias = kind == "add_parameter" and sources[0].kind == "linear"
        if name in SAME_KINDS or kind == "same" or is_bias:
            self._shown[operation.outputs[0]] = sources[0]
            return
        parts = operation.outputs if name in PARTING_KINDS else operation.outputs[:1]
        for place, number in enumerate(parts):
            shape = self._shape_of(number)
            if kind == "reshape" and self._is_same_form(sources[0], shape):
                self._shown[number] = sources[0]
                continue
            draft = Draft(kind=kind, inputs=sources, shape=shape, settings=settings)
            draft.weight = self._weight(use, kind)
            if len(parts) > 1:
                draft.settings = {"part": (place + 1,)}
            if kind == "global_average":
                draft.shape = _without_ones(shape)
            if kind == "reshape" and len(shape) == 1 and len(sources[0].shape) > 1:
                draft.kind = "flatten"
            self._shown[number] = draft
        for number in operation.outputs[len(parts) :]:
            self._shown[number] = self._shown[parts[0]]

    def _write_through(self, view: int, base: int) -> None:
        """Let a tensor change with a view of it that was written in place."""
        written = self._shown[view]
        if math.prod(self._data.specs[view].shape) < math.prod(self._data.specs[base].shape):
            before = [self._shown[base]] if base in self._shown else []
            shape = self._shape_of(base)
            written = Draft(kind="assign", inputs=[*before, written], shape=shape)
        self._shown[base] = written

    def _is_same_form(self, source: Draft, shape: tuple[int, ...]) -> bool:
        """Return whether a view only adds sides of length 1, or joins samples into one list."""
        if _without_ones(source.shape) == _without_ones(shape):
            return True
        one, other, samples = math.prod(source.shape), math.prod(shape), math.prod(self._batch)
        if shape[-1:] != source.shape[-1:] or (one * samples != other and other * samples != one):
            return False
        if one > other:  # the samples are apart again
            source.shape = shape
        return True

    def _weight(self, use: Use, kind: str) -> int | None:
        number = weight_of(use, kind)
        return None if number is None else self._bases.get(number, number)

    def _shape_of(self, number: int) -> tuple[int, ...]:
        """Return the shape of a tensor without the batch."""
        shape = self._data.specs[number].shape
        if len(shape) == 3 and shape[1:2] == self._batch != shape[:1]:  # of a sequence of vectors
            return (shape[0], shape[2])
        return shape[1:] if shape[:1] == self._batch else shape


def _without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(size for size in shape if size != 1)


def _without_forms(output: Draft) -> Draft:
    """Return the graph without what only puts tensors into another form around an attention."""
    order = drafts_before(output)
    users: dict[int, list[Draft]] = {}
    for draft in order:
        for source in draft.inputs:
            users.setdefault(id(source), []).append(draft)
    dropped: set[int] = set()
    for draft in reversed(order):
        is_form = draft.kind in ("reshape", "select") and draft is not output
        if is_form and all(
            user.kind in ATTENTION_KINDS or id(user) in dropped for user in users[id(draft)]
        ):
            dropped.add(id(draft))
    instead: dict[int, Draft] = {}
    for draft in order:
        draft.inputs = [instead.get(id(source), source) for source in draft.inputs]
        if draft.kind in ATTENTION_KINDS:
            draft.inputs = list({id(source): source for source in draft.inputs}.values())
        if id(draft) in dropped:
            instead[id(draft)] = draft.inputs[0]
        elif draft.kind == "reshape":
            (source, *_) = draft.inputs
            if source.kind in ATTENTION_KINDS:
                source.shape = draft.shape
                instead[id(draft)] = source
            elif source.kind == "reshape" and len(users[id(source)]) == 1:
                draft.inputs = source.inputs
    return instead.get(id(output), output)
