"""The probes of trainings: what the judge runs beside student code, and beside a replay."""

from __future__ import annotations

from typing import Any

from autograder.programs import trainings


def record(student: Any, *args: Any) -> Any:
    """Return the program of a training; where there is none, why."""
    return trainings.record(student, *args)


def run_live(student: Any, *args: Any) -> Any:
    """Return what a training that cannot be recorded returns for other data."""
    return trainings.run_live(student, *args)


def load(student: Any, *args: Any) -> Any:
    """Keep a recorded training for later requests."""
    return trainings.load(*args)


def replay(student: Any, *args: Any) -> Any:
    """Return the states of a training at its marks."""
    return trainings.replay(*args)


def dependent_names(student: Any, *args: Any) -> Any:
    """Return the names of tensors that depend on inputs at the end."""
    return trainings.dependent_names(*args)


def used_rows(student: Any, *args: Any) -> Any:
    """Return the rows of an input from which tensors were computed at the end."""
    return trainings.used_rows(*args)


def modes(student: Any, *args: Any) -> Any:
    """Return in which modes a training runs the network on inputs."""
    return trainings.modes(*args)


def gradients(student: Any, *args: Any) -> Any:
    """Return which gradients a training computes, and what was computed from them."""
    return trainings.gradients(*args)
