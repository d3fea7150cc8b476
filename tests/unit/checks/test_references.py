"""Programs of right networks: made once for all students, where that is sure to be the same."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor, nn

from autograder.checks import record_reference
from autograder.checks.references import right_once
from autograder.programs.program_data import ProgramData

calls: list[int] = []


def right(channels: int, image: Tensor) -> ProgramData:
    """Return the program of a right network, and remember that it was asked for."""
    calls.append(channels)
    return record_reference(nn.Conv2d(channels, 2, 1), image)


def image() -> Tensor:
    """Return an image."""
    return torch.zeros(1, 3, 4, 4)


def test_a_program_is_made_once_for_equal_arguments() -> None:
    """The second student's check asks for the same with a tensor of its own."""
    calls.clear()
    first, second = right_once(partial(right, 3, image())), right_once(partial(right, 3, image()))
    assert first is second
    assert calls == [3]


def test_other_arguments_make_another_program() -> None:
    """An image of another size has another program."""
    larger = torch.zeros(1, 3, 8, 8)
    first, second = right_once(partial(right, 3, image())), right_once(partial(right, 3, larger))
    assert first.inputs != second.inputs


def test_what_may_depend_on_more_than_its_arguments_is_made_each_time() -> None:
    """A function that holds a tensor, one that takes a network, and one without a name."""
    calls.clear()
    own = image()

    def held(channels: int) -> ProgramData:
        return right(channels, own)

    def of_network(network: nn.Module) -> ProgramData:
        return right(3, image())

    for _ in range(2):
        right_once(partial(held, 3))
        right_once(partial(of_network, nn.ReLU()))
        right_once(lambda: right(3, image()))
    assert len(calls) == 6
