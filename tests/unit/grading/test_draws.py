"""What checks draw: by what they compute, whatever was computed before."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import torch

from autograder.grading.workers.draws import Draws
from autograder.grading.workers.seeds import SeedSource

SEED = 0x0123456789ABCDEF0123456789ABCDEF


def new() -> Draws:
    """Return the draws of a submission."""
    return Draws(SeedSource(SEED, "digest"))


def number() -> float:
    """Return the next number of the judge."""
    return torch.rand(()).item()


def test_what_is_shared_is_drawn_by_its_name() -> None:
    """Whichever check asks first, the judge and the worker draw the same for it."""
    found = []
    for check in ("test_one", "test_two"):
        draws = new()
        draws.begin(check)
        with draws.aside("once an input"):
            found.append((number(), draws.for_request()))
    assert found[0] == found[1]


def after(block: Callable[[Draws], None]) -> tuple[float, int]:
    """Return what a check draws after something that was shared."""
    draws = new()
    draws.begin("test_one")
    with draws.aside("once an input"):
        block(draws)
    return number(), draws.for_request()


def test_what_follows_does_not_depend_on_what_was_computed() -> None:
    """A check goes on equally where another had computed what both use."""

    def compute(draws: Draws) -> None:
        number()
        draws.note_question()
        draws.note_question()

    assert after(compute) == after(lambda _draws: None)


def test_each_question_has_numbers_of_its_own() -> None:
    """Neither the judge nor the worker draws the same twice, in a check or in what is shared."""
    draws, drawn = new(), []

    def note() -> None:
        drawn.append((number(), draws.for_request()))

    draws.begin("test_one")
    note()
    for name in ("", "once an input", ""):
        with draws.aside(name):
            note()
            draws.note_question()
            note()
        note()
    assert len({judge for judge, _ in drawn}) == len(drawn)
    assert len({worker for _, worker in drawn}) == len(drawn)


def test_an_error_ends_what_is_shared() -> None:
    """The check draws by its own name again."""
    draws = new()
    draws.begin("test_one")
    with suppress(ValueError), draws.aside("once an input"):
        raise ValueError
    assert (number(), draws.for_request()) == after(lambda _draws: None)
