"""The probes of programs: what the judge runs beside student code, and beside a replay."""

from __future__ import annotations

from typing import Any

from autograder.programs import networks, serving, stages


def record(student: Any, *args: Any) -> Any:
    """Return the program of a network; where there is none, why."""
    return networks.record(student, *args)


def first_values(student: Any, *args: Any) -> Any:
    """Return the first values of parameters and buffers."""
    return networks.first_values(student, *args)


def differentiate(student: Any, *args: Any) -> None:
    """Run the backward pass of a network, for its exception."""
    networks.differentiate(student, *args)


def load(student: Any, *args: Any) -> Any:
    """Keep a recorded program for later requests."""
    return networks.load(*args)


def forward(student: Any, *args: Any) -> Any:
    """Return the output of a network, the buffers that changed, and a handle."""
    return networks.forward(*args)


def load_and_forward(student: Any, *args: Any) -> Any:
    """Keep a recorded program, and return its output."""
    return networks.load_and_forward(*args)


def inside(student: Any, *args: Any) -> Any:
    """Return tensors in a recorded network."""
    return networks.inside(*args)


def backward(student: Any, *args: Any) -> Any:
    """Return the gradients at what was wanted."""
    return networks.backward(*args)


def part_of_first_value(student: Any, *args: Any) -> Any:
    """Return some elements of a parameter or buffer."""
    return serving.part_of_first_value(student, *args)


def fix(student: Any, *args: Any) -> Any:
    """Give a recorded network the values with which it answers many images."""
    return serving.fix(*args)


def infer(student: Any, *args: Any) -> Any:
    """Return the outputs of a network for whole batches of images."""
    return serving.infer(*args)


def fix_stage(student: Any, *args: Any) -> Any:
    """Keep a stage of a network with its values."""
    return stages.fix_stage(*args)


def run_stage(student: Any, *args: Any) -> Any:
    """Return what a stage of a network makes of whole batches."""
    return stages.run_stage(*args)
