"""Generated answers: each mutation of a solution leaves none of its answers right."""

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
from autograder.verification.generated_answers import ENDLESS_MUTATION, MUTATIONS, generated_cases
from autograder.verification.mutations import REPLACEMENTS, VALUE_MUTATIONS, mutate_module, mutated
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


def mutated_module(mutation: str) -> dict[str, Any]:
    """Return the module above, mutated."""
    module: dict[str, Any] = {"__name__": "student"}
    exec(MODULE, module)
    mutate_module(module, mutation)
    return module


def test_every_mutation_is_implemented() -> None:
    """generated_answers.py asks for exactly the mutations that mutations.py has."""
    assert {*MUTATIONS, ENDLESS_MUTATION} == {*REPLACEMENTS, *VALUE_MUTATIONS}


def test_functions_and_methods_are_mutated() -> None:
    """Functions and methods answer wrongly; private names and class attributes stay."""
    module = mutated_module("returns_none")
    assert module["ones"](2) is None
    assert module["Block"]()(torch.ones(2)) is None
    assert module["Counter"]().count() is None
    assert (module["_hidden"](), module["Block"].expansion) == (7, 4)


def test_what_a_helper_returns_to_its_caller_stays() -> None:
    """A function that calls another one is mutated once, not twice: shapes gain one dimension."""
    assert mutated_module("wrong_shape")["twice"](3).shape == (1, 3)


def test_a_network_that_is_returned_answers_wrongly() -> None:
    """Of a network that a function returns, the layers' answers are mutated; its weights stay."""
    network = mutated_module("wrong_shape")["network"]()
    assert network(torch.ones(5, 2)).shape == (1, 5, 3)
    assert network.weight.shape == (3, 2)


def test_raising_raises() -> None:
    """The mutation `raises` raises."""
    with pytest.raises(RuntimeError, match="mutated"):
        mutated_module("raises")["ones"](1)


def test_printing_prints_megabytes(capsys: pytest.CaptureFixture[str]) -> None:
    """The mutation `prints_megabytes` prints some and returns nothing."""
    assert mutated_module("prints_megabytes")["ones"](1) is None
    assert len(capsys.readouterr().out) > 8_000_000


def is_other_shape(value: Any) -> bool:
    """Return whether nothing has the shape that it had in `VALUES`."""
    return value in ([3], [True], ["full"], [1], {}) or (
        isinstance(value, Tensor) and value.dim() == 2
    )


def is_nan(value: Any) -> bool:
    """Return whether everything is NaN."""
    if isinstance(value, Tensor):
        return bool(value.isnan().all())
    if isinstance(value, (list, dict)):
        return all(map(is_nan, value.values() if isinstance(value, dict) else value))
    return math.isnan(value)


def is_other_type(value: Any) -> bool:
    """Return whether nothing has the type that it had in `VALUES`."""
    if isinstance(value, (list, dict)):
        return all(map(is_other_type, value.values() if isinstance(value, dict) else value))
    return (
        value.dtype == torch.float64
        if isinstance(value, Tensor)
        else isinstance(value, (str, bytes))
    )


def is_always_equal(value: Any) -> bool:
    """Return whether it is of a subclass that is equal to everything."""
    return type(value).__name__.startswith("AlwaysEqual") and bool(
        torch.as_tensor(value == torch.full((2,), 8.0)).all()
    )


VALUES: list[Any] = [torch.ones(2), 3, True, "full", [1, 2], {"loss": 0.5}]
IS_MUTATED: dict[str, Callable[[Any], bool]] = {
    "wrong_shape": is_other_shape,
    "nan": is_nan,
    "wrong_dtype": is_other_type,
    "lies": is_always_equal,
}


@pytest.mark.parametrize("value", VALUES, ids=repr)
@pytest.mark.parametrize("mutation", IS_MUTATED)
def test_a_value_is_mutated(mutation: str, value: Any) -> None:
    """Any value gets another shape, NaN, another type, or a type that is equal to everything."""
    assert IS_MUTATED[mutation](mutated(lambda: value, mutation)())


def test_a_network_of_another_type_is_one() -> None:
    """The weights of a network are converted, or NaN, too."""
    assert mutated(lambda: nn.Linear(1, 1), "wrong_dtype")().weight.dtype == torch.float64
    assert bool(mutated(lambda: nn.Linear(1, 1), "nan")().weight.isnan().all())


def test_answers_are_made_wrong_without_running_them(tmp_path: Path) -> None:
    """For answers that are no code: unreadable texts, and one answer to every question.

    The name of the form stays.
    """
    letter = load_course(CASES / "proof_course").assignment("letter")
    made = {
        case.path.stem: case.path.read_text("utf-8")
        for case in generated_cases(letter, tmp_path / "generated")
    }
    assert yaml.safe_load(made["all_a"]) == {"to": "ada", "greeting": "a", "close": "a"}
    assert {"empty", "aliases", "deep", "tags", "all_null", "all_huge"} <= set(made)
