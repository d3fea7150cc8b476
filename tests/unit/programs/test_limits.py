"""Networks of unusual gradients, and of more parameters than the judge can draw."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from autograder.checks.submission import in_process
from autograder.programs.encoding import BadProgram, decode, encode
from autograder.programs.record_network import record_network
from tests.support.places import CASES


def test_a_layer_that_is_computed_again_is_replayed() -> None:
    """A checkpointed layer is recorded with the gradient of the layer."""
    file = CASES / "programs" / "checkpointed.py"
    submission, _ = in_process(file.stem, file)
    program = submission.program("Network", example=(2, 4))
    x = torch.ones(2, 4, requires_grad=True)
    weight = torch.randn(4, 4)
    (gradient,) = torch.autograd.grad(program(x, parameters={"layer.weight": weight}).sum(), x)
    assert program.recorded
    assert torch.allclose(gradient, weight.sum(dim=0).expand(2, 4))


class Holding(nn.Module):
    """A network that holds parameters, and adds the first of them."""

    def __init__(self, parameters: list[nn.Parameter]) -> None:
        super().__init__()
        self.held = nn.ParameterList(parameters)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return x and a parameter's first number."""
        return x + self.held[0].flatten()[0]


@pytest.mark.parametrize(
    "parameters",
    [
        pytest.param([(1,)] * 4001, id="many"),
        pytest.param([(1 << 14, 1 << 14)], id="large_on_paper"),
    ],
)
def test_parameters_that_the_judge_cannot_draw_are_denied(
    parameters: list[tuple[int, ...]],
) -> None:
    """A program of too many parameters, or too large ones, is no program."""
    network = Holding([nn.Parameter(torch.zeros(1).expand(shape)) for shape in parameters])
    with pytest.raises(BadProgram):
        decode(encode(record_network(network, [torch.zeros(2)])))
