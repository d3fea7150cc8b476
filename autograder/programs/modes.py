"""Modes of a training: how it runs a network on some of its inputs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from autograder.programs.program_data import Operation, ProgramData

TRAINING = 5  # the argument of a batch norm that says whether it is in train mode
NORM_KINDS = ("native_batch_norm", "_native_batch_norm_legit", "batch_norm")
LAYER_KINDS = ("convolution", "conv2d", "addmm", "mm", "linear", *NORM_KINDS)
DROPOUT_TRAINING = 2  # the argument of a dropout that says so
DROPOUT_KINDS = ("native_dropout", "dropout", "dropout_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Modes:
    """How layers were run on what was computed from some inputs."""

    is_used: bool  # whether a layer takes anything of it
    records_gradients: bool  # whether a layer recorded a graph
    trains: bool  # whether a batch norm or a dropout was in train mode


def modes_of(data: ProgramData, sources: Iterable[int]) -> Modes:
    """Return the modes in which layers run on what was computed from `sources`.

    Parameters and statistics do not count as computed from them.
    """
    named = set(range(len(data.inputs), len(data.inputs) + len(data.tensors)))
    reached = set(sources)
    is_used = records_gradients = trains = False
    for operation in data.operations:
        if reached.isdisjoint(operation.sources):
            continue
        reached |= set(operation.outputs) - named
        if operation.kind in LAYER_KINDS:
            is_used = True
            records_gradients |= operation.grad
        trains |= _is_in_train_mode(operation)
    return Modes(is_used=is_used, records_gradients=records_gradients, trains=trains)


def _is_in_train_mode(operation: Operation) -> bool:
    is_dropout = operation.kind in DROPOUT_KINDS and _is_set(operation, DROPOUT_TRAINING)
    return operation.kind == "bernoulli_" or is_dropout or is_training_norm(operation)


def is_training_norm(operation: Operation) -> bool:
    """Return whether an operation is a batch norm in train mode, which moves its statistics."""
    if operation.kind == "_batch_norm_with_update":
        return True
    return operation.kind in NORM_KINDS and _is_set(operation, TRAINING)


def _is_set(operation: Operation, position: int) -> bool:
    return len(operation.args) > position and operation.args[position] is True
