"""Parts of programs: what enters the operations that compute with some parameters."""

from __future__ import annotations

from pathlib import Path

import torch

from autograder.checks.program import Program
from autograder.checks.submission import in_process

TWO_LAYERS = """
import torch
from torch import nn

class Network(nn.Module):
    def __init__(self, beside):
        super().__init__()
        self.first, self.norm, self.last = nn.Linear(4, 3), nn.BatchNorm1d(3), nn.Linear(3, 2)
        self.unused, self.beside = nn.Linear(3, 2), beside

    def forward(self, x):
        features = self.norm(self.first(x)).relu_()
        return self.last(features) + (torch.randn(5, 2) if self.beside else 0)
"""


def program_of(folder: Path, *, beside: bool) -> Program:
    """Return the program of a network of two layers."""
    file = folder / "network.py"
    file.write_text(TWO_LAYERS, encoding="utf-8")
    submission, errors = in_process("network", file)
    assert not errors
    return submission.program("Network", beside, example=(5, 4))


def test_features_enter_the_last_layer(tmp_path: Path) -> None:
    """What enters a part has the values that follow from inputs and parameters."""
    program = program_of(tmp_path, beside=False)
    x, weight = torch.randn(5, 4), torch.randn(3, 4)
    part = program.part(["last.weight", "last.bias"])
    values = {**program.initial(), "first.weight": weight}
    features = torch.nn.functional.linear(x, weight, values["first.bias"])
    expected = (features / torch.sqrt(torch.tensor(1 + 1e-5))).relu()
    (entering,) = program.entering(part, x, parameters={"first.weight": weight})
    assert part.is_last
    assert torch.allclose(entering, expected, atol=1e-6)


def test_chance_that_gets_into_a_part_enters_it(tmp_path: Path) -> None:
    """Random numbers that are added to the output are listed beside the features."""
    program = program_of(tmp_path, beside=True)
    part = program.part(["last.weight", "last.bias"])
    assert [tuple(x.shape) for x in program.entering(part, torch.randn(5, 4))] == [(5, 3), (5, 2)]


def test_parameters_without_use_have_no_part(tmp_path: Path) -> None:
    """Nothing enters a layer that is never called, and no result comes from it."""
    program = program_of(tmp_path, beside=False)
    part = program.part(["unused.weight"])
    assert part.entrances == ()
    assert not part.is_last
    assert "unused.weight" not in program.used
    assert "last.weight" in program.used
