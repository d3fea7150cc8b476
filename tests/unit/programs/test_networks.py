"""Networks as programs: outputs and gradients for other inputs and weights."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from autograder.checks.program import Program
from autograder.checks.submission import Submission, in_process
from tests.support import module_maker
from tests.support.places import CASES

FOLDER = CASES / "programs"


def header(file: Path, key: str) -> str:
    """Return what the head of a file says of `key`; empty where it says nothing."""
    found = re.search(rf"^# {key}: (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else ""


NETWORKS = [file for file in sorted(FOLDER.glob("*.py")) if header(file, "example")]
RECORDABLE = [file for file in NETWORKS if not header(file, "obstacle")]
OTHERS = [file for file in NETWORKS if header(file, "obstacle")]


def example_of(file: Path) -> tuple[int, ...]:
    """Return the shape of the input of a network."""
    return tuple(map(int, header(file, "example").split(",")))


def open_program(file: Path, *, train: bool = False) -> tuple[Submission, Program]:
    """Return a submission and the program of its network."""
    submission, errors = in_process(file.stem, file)
    assert not errors
    return submission, submission.program("Network", example=example_of(file), train=train)


def draw(program: Program) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """Return random parameters that want gradients, and positive buffers."""
    parameters = {
        name: torch.randn(spec.shape, requires_grad=True)
        for name, spec in program.parameters.items()
    }
    buffers = {
        name: (torch.rand(spec.shape) + 0.5).to(spec.dtype)
        for name, spec in program.buffers.items()
    }
    return parameters, buffers


def directly(
    file: Path,
    train: bool,
    x: Tensor,
    parameters: dict[str, Tensor],
    buffers: dict[str, Tensor],
) -> Tensor:
    """Return what the module of a file itself computes; its buffers are changed in place."""
    namespace: dict[str, type[nn.Module]] = {}
    exec(compile(file.read_text(encoding="utf-8"), file.name, "exec"), namespace)
    module = namespace["Network"]().train(train)
    output = torch.func.functional_call(module, {**parameters, **buffers}, (x * 1,))
    assert isinstance(output, Tensor)
    return output


@pytest.mark.parametrize("train", [False, True], ids=["eval", "train"])
@pytest.mark.parametrize("file", RECORDABLE, ids=lambda file: file.stem)
def test_a_replay_computes_what_the_module_does(file: Path, train: bool) -> None:
    """Output, gradients and buffers are those of the module, for other values of everything."""
    _, program = open_program(file, train=train)
    parameters, buffers = draw(program)
    theirs = {name: value.clone() for name, value in buffers.items()}
    x = torch.randn(example_of(file), requires_grad=True)
    leaves = (x, *parameters.values())
    right = directly(file, train, x, parameters, theirs)
    mine = program(x, parameters=parameters, buffers=buffers)
    assert program.recorded
    assert torch.equal(mine, right)
    g = torch.randn_like(right)
    got = torch.autograd.grad(mine, leaves, g, allow_unused=True)
    expected = torch.autograd.grad(right, leaves, g, allow_unused=True)
    for one, other in zip(got, expected, strict=True):
        assert (one is None) == (other is None)
        assert one is None or other is None or torch.allclose(one, other, atol=1e-6)
    assert all(torch.equal(value, theirs[name]) for name, value in buffers.items())


@pytest.mark.parametrize("file", OTHERS, ids=lambda file: file.stem)
def test_what_cannot_be_recorded_answers_by_itself(file: Path) -> None:
    """A network that depends on more than its tensors is asked, and the check rests on its word."""
    submission, program = open_program(file)
    assert not program.recorded
    assert not submission.reports
    output = program(torch.ones(example_of(file)))
    assert output.shape == (2, 4)
    assert submission.reports


def test_a_program_is_recorded_once() -> None:
    """Every check that asks the same question gets the same program."""
    submission, program = open_program(FOLDER / "residual.py")
    assert submission.program("Network", example=(2, 3, 5, 5)) is program
    assert submission.program("Network", example=(1, 3, 5, 5)) is not program


def test_a_constant_is_seen() -> None:
    """A tensor that is neither parameter nor buffer is a constant, with its values."""
    _, program = open_program(FOLDER / "constant.py")
    (constant,) = program.constants.values()
    assert torch.equal(constant, torch.arange(4.0))


def test_first_values_are_those_of_the_module() -> None:
    """What is not given has the value with which the network was made."""
    _, program = open_program(FOLDER / "residual.py")
    x = torch.randn(2, 3, 5, 5)
    weight = program.initial("conv.weight")["conv.weight"]
    assert torch.allclose(program(x), torch.conv2d(x, weight, padding=1).relu() + x, atol=1e-5)


def test_a_probe_may_make_the_network() -> None:
    """A function of the grader makes the module beside the student's code."""
    submission, _ = in_process("residual", FOLDER / "residual.py")
    program = submission.program(module_maker.twice, example=(1, 3, 5, 5))
    assert sorted(program.parameters) == ["0.conv.weight", "1.conv.weight"]


@pytest.mark.parametrize("file", RECORDABLE[:3], ids=lambda file: file.stem)
def test_output_and_gradients_come_in_one_answer(file: Path) -> None:
    """`respond` gives the output and the gradients that autograd gives through a call."""
    _, program = open_program(file)
    parameters, buffers = draw(program)
    x = torch.randn(example_of(file), requires_grad=True)
    y = program(x, parameters=parameters, buffers=dict(buffers))
    weights = torch.randn_like(y)
    wanted = (x, *parameters.values())
    right = torch.autograd.grad((y * weights).sum(), wanted, allow_unused=True)
    response = program.respond(x, weights=weights, parameters={**parameters, **buffers})
    assert torch.allclose(response.output, y)
    for mine, theirs in zip([*response.at_inputs, *response.at.values()], right, strict=True):
        assert (mine is None and theirs is None) or torch.allclose(mine, theirs)
