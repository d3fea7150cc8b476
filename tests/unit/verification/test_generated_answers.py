"""Generic wrong answers: each way in which a solution is spoilt leaves none of its answers right."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from torch import Tensor, nn

from autograder.config.course import load_course
from autograder.verification.generated_answers import ENDLESS, WAYS, generic_cases
from autograder.verification.mutations import INSTEAD, OTHERWISE, spoil_module, spoilt
from tests.support.places import CASES

MODULE = """
import torch
from torch import nn

def ones(n): return torch.ones(n)
def twice(n): return 2 * ones(n)
def network(): return nn.Linear(2, 3)
def _hidden(): return 7

class Block(nn.Module):
    expansion = 4
    def forward(self, x): return x + 1

class Counter:
    def count(self): return 3
"""


def spoil(how: str) -> dict[str, Any]:
    """The module above, spoilt."""
    module: dict[str, Any] = {"__name__": "student"}
    exec(MODULE, module)
    spoil_module(module, how)
    return module


def test_every_way_is_known_to_both_sides() -> None:
    """What generic.py asks for is what spoiling.py can do."""
    assert {*WAYS, ENDLESS} == {*INSTEAD, *OTHERWISE}


def test_functions_and_methods_are_spoilt() -> None:
    """Functions, forward passes and other methods answer wrongly; private names and class
    attributes stay.
    """
    module = spoil("returns_none")
    assert module["ones"](2) is None
    assert module["Block"]()(torch.ones(2)) is None
    assert module["Counter"]().count() is None
    assert (module["_hidden"](), module["Block"].expansion) == (7, 4)


def test_what_a_helper_returns_to_its_caller_is_not_spoilt() -> None:
    """A function that calls another one is spoilt once, not twice: shapes gain one dimension."""
    assert spoil("wrong_shape")["twice"](3).shape == (1, 3)


def test_a_network_that_is_returned_answers_wrongly() -> None:
    """Of a network that a function returns, what its layers answer is spoilt; its weights are still
    there.
    """
    network = spoil("wrong_shape")["network"]()
    assert network(torch.ones(5, 2)).shape == (1, 5, 3)
    assert network.weight.shape == (3, 2)


def test_raising_raises() -> None:
    """The way called `raises` raises."""
    with pytest.raises(RuntimeError, match="spoilt"):
        spoil("raises")["ones"](1)


def test_printing_prints_megabytes(capsys: pytest.CaptureFixture[str]) -> None:
    """The way called `prints_megabytes` prints some, and answers nothing."""
    assert spoil("prints_megabytes")["ones"](1) is None
    assert len(capsys.readouterr().out) > 8_000_000


def is_other_shape(value: Any) -> bool:
    """Whether nothing has the shape that it had in `VALUES`."""
    return value in ([3], [True], ["full"], [1], {}) or (
        isinstance(value, Tensor) and value.dim() == 2
    )


def is_nan(value: Any) -> bool:
    """Whether everything is NaN."""
    if isinstance(value, Tensor):
        return bool(value.isnan().all())
    if isinstance(value, (list, dict)):
        return all(map(is_nan, value.values() if isinstance(value, dict) else value))
    return math.isnan(value)


def is_other_type(value: Any) -> bool:
    """Whether nothing has the type that it had in `VALUES`."""
    if isinstance(value, (list, dict)):
        return all(map(is_other_type, value.values() if isinstance(value, dict) else value))
    return (
        value.dtype == torch.float64
        if isinstance(value, Tensor)
        else isinstance(value, (str, bytes))
    )


def is_lie(value: Any) -> bool:
    """Whether it is a subclass that agrees with everything."""
    return type(value).__name__.startswith("Lying") and bool(
        torch.as_tensor(value == torch.full((2,), 8.0)).all()
    )


VALUES: list[Any] = [torch.ones(2), 3, True, "full", [1, 2], {"loss": 0.5}]
HOLDS: dict[str, Callable[[Any], bool]] = {
    "wrong_shape": is_other_shape,
    "nan": is_nan,
    "wrong_dtype": is_other_type,
    "lies": is_lie,
}


@pytest.mark.parametrize("value", VALUES, ids=repr)
@pytest.mark.parametrize("how", HOLDS)
def test_a_value_is_spoilt_as_the_way_says(how: str, value: Any) -> None:
    """Tensors, numbers, texts, lists and dicts come out with another shape, as NaN, in another
    type, as liars.
    """
    assert HOLDS[how](spoilt(lambda: value, how)())


def test_a_network_of_another_type_is_one() -> None:
    """The weights of a network are converted, or NaN, too."""
    assert spoilt(lambda: nn.Linear(1, 1), "wrong_dtype")().weight.dtype == torch.float64
    assert bool(spoilt(lambda: nn.Linear(1, 1), "nan")().weight.isnan().all())


def test_answers_are_made_wrong_without_running_them(tmp_path: Path) -> None:
    """For a hand-in that is no code: garbage, and one answer to every question; the form's name is
    left alone.
    """
    letter = load_course(CASES / "proof_course").assignment("letter")
    made = {
        case.path.stem: case.path.read_text("utf-8")
        for case in generic_cases(letter, tmp_path / "generic")
    }
    assert yaml.safe_load(made["all_a"]) == {"to": "ada", "greeting": "a", "close": "a"}
    assert {"empty", "aliases", "deep", "tags", "all_null", "all_huge"} <= set(made)
