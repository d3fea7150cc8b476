"""The checks that peers run find what is wrong with an answer, and let a right one pass."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

import pytest
import torch

from tests.bench.peers.peer import CHECKS_FOLDER
from tests.bench.peers.processes import check_names
from tests.bench.peers.rounds import without_main
from tests.bench.submissions import BATCH, answers

ANSWERS = answers()
LOST = {
    "solution": set(),
    "renamed_and_reordered": set(),
    "stub": set(check_names()),
    "basic_averages": {"basic_skip", "basic_gradient", "basic_downsample"},
    "basic_skip_detached": {"basic_gradient"},
    "bottleneck_narrow_norm": {"bottleneck_parameters"},
    "counts_frozen_too": {"counted_parameters"},
    "extra_arguments": {"resnet18_parameters"},
    "logits_scaled": {"resnet_logits"},
}


@pytest.fixture(scope="module")
def checks() -> ModuleType:
    """Return the module of the checks, which lies outside of any package."""
    file = CHECKS_FOLDER / "residual_checks.py"
    spec = importlib.util.spec_from_file_location("residual_checks", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def module_of(name: str) -> ModuleType:
    """Return an answer as a module."""
    module = ModuleType("residual_block")
    exec(compile(without_main(ANSWERS[name]), name, "exec"), module.__dict__)
    return module


@pytest.mark.parametrize("name", LOST)
def test_an_answer_passes_all_checks_but_those_of_its_mistake(
    name: str, checks: ModuleType
) -> None:
    """What an answer loses is what is wrong with it."""
    torch.manual_seed(0)
    assert set(checks.CHECKS) - set(checks.passed(module_of(name))) == LOST[name]


def test_there_are_twelve_checks_and_twenty_answers(checks: ModuleType) -> None:
    """The peers run twelve checks on twenty answers; the names are read without torch."""
    assert (len(checks.CHECKS), len(ANSWERS)) == (12, BATCH)
    assert list(checks.CHECKS) == check_names()


def test_what_a_file_does_as_a_program_is_left_out() -> None:
    """A notebook would run the block below `if __name__ == "__main__"`, and an import does not."""
    source = 'x = 1\nif __name__ == "__main__":\n    print(x)\n\ny = 2\n'
    assert without_main(source) == "x = 1\n\ny = 2\n"
