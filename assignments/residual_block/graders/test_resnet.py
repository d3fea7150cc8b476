"""Checks of `ResNet`, on stand-in blocks: a wrong block of the student's costs nothing here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import network_probes
import pytest
import torch
from networks import (
    Image,
    is_gain,
    judge_assembly,
    judge_blocks,
    judge_maps,
    stub_program,
    stubs_of,
)
from reference import (
    STAGE_CHANNELS,
    NetworkValues,
    draw_network,
    network_output,
    network_plan,
    network_shapes,
    network_size,
)
from roles import (
    Role,
    State,
    conv_biases,
    draw_state,
    roles_of,
)

from autograder.checks import LayerKind, Program, Submission, fail, is_close

pytestmark = pytest.mark.criterion("performance.residual_block.resnet")

MAX_BLOCKS_PER_STAGE = 3  # blocks per stage of a network that is drawn
EXPANSION = 2  # of stub blocks in a network that is drawn: of no block in the handout
SUMMATION_TOLERANCE = {"rtol": 1e-3, "atol": 1e-4}  # of other orders of summation


def judge_basic(submission: Submission) -> None:
    """Check that ResNet-18 and ResNet-34 are assembled as published, and a network works so.

    What is published could be recited: a network of drawn depth is not.
    """
    judge_assembly(submission, 1, {"ResNet-18": [2, 2, 2, 2], "ResNet-34": [3, 4, 6, 3]})
    network = drawn_network(submission, expansion=1)
    judge_blocks(f"ResNet(…, {network.layers})", network.program, network_plan(1, network.layers))


def judge_bottlenecks(submission: Submission) -> None:
    """Check that ResNet-50, ResNet-101 and ResNet-152 are assembled as published."""
    depths = {"ResNet-50": [3, 4, 6, 3], "ResNet-101": [3, 4, 23, 3], "ResNet-152": [3, 8, 36, 3]}
    judge_assembly(submission, 4, depths)


def once(submission: Submission, judge: Callable[[Submission], None]) -> None:
    """Let `judge` decide once; whoever asks again gets the same answer."""
    submission.once(judge.__name__, lambda: judge(submission))


@pytest.mark.gate
@pytest.mark.criterion("performance.residual_block.resnet", weight=2)
def test_resnet_of_basic_blocks(submission: Submission) -> None:
    """ResNet-18 and ResNet-34 are assembled as published."""
    once(submission, judge_basic)


@pytest.mark.criterion("performance.residual_block.resnet", weight=2)
def test_resnet_of_bottlenecks(submission: Submission) -> None:
    """ResNet-50, ResNet-101 and ResNet-152 are assembled as published."""
    once(submission, judge_bottlenecks)


def test_resnet_forward(submission: Submission) -> None:
    """With the same weights a ResNet gives the right maps, logits and input gradient."""
    once(submission, judge_forward)


@pytest.mark.criterion("performance.residual_block.resnet", weight=12)
def test_resnet_works(submission: Submission) -> None:
    """The promise of the criterion: the blocks are in place, and so is what they compute."""
    once(submission, judge_forward)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnNetwork:
    """A network of stub blocks whose depth was drawn: nobody writes it by heart."""

    program: Program
    layers: list[int]
    classes: int
    image: Image


def drawn_network(submission: Submission, expansion: int) -> DrawnNetwork:
    """Return a network that is drawn once for the submission."""

    def make() -> DrawnNetwork:
        layers = (
            torch.randperm(MAX_BLOCKS_PER_STAGE + 1)[:4] % MAX_BLOCKS_PER_STAGE + 1
        ).tolist()  # not all alike
        classes = int(torch.randint(6, 12, ()))
        drawn = (int(torch.randint(20, 28, ())), int(torch.randint(36, 44, ())))
        program, image = stub_program(submission, expansion, layers, classes, drawn)
        return DrawnNetwork(program=program, layers=layers, classes=classes, image=image)

    return submission.once(f"a network of expansion {expansion}", make)


def judge_forward(submission: Submission) -> None:
    """Check that a ResNet with the same weights gives the right maps, logits and gradient."""
    narrow, network = (drawn_network(submission, expansion=n) for n in (1, EXPANSION))
    judge_blocks(f"ResNet(…, {narrow.layers})", narrow.program, network_plan(1, narrow.layers))
    program, layers, image, expansion = network.program, network.layers, network.image, EXPANSION
    classes = network.classes
    if program.data is not None and program.data.result is None:
        fail("other_logits")
    judge_blocks(f"ResNet(…, {layers})", program, network_plan(expansion, layers))
    if program.recorded:
        judge_maps(stubs_of(program), expansion, layers, image)
    values = draw_network(expansion, layers, classes)
    roles = roles_of(program, network_shapes(expansion, layers))
    linear = classifier_of(program, values)
    if roles is None or linear is None:
        fail(
            "other_classifier" if linear is None else "other_network_layers",
            width=STAGE_CHANNELS[-1],
        )
    state = state_with(program, roles, linear, values)
    x, g = torch.randn(1, 3, *image), torch.randn(1, classes)
    response = program.respond(x, weights=g, parameters=state)
    if response.output.shape != g.shape:
        fail("other_logits")
    leaf = x.clone().requires_grad_()
    right = network_output(leaf, expansion, layers, values, [role.eps for role in roles])
    (gradient,) = torch.autograd.grad((right * g).sum(), leaf)
    (at_x,) = response.at_inputs
    if (
        not is_close(response.output, right.detach(), **SUMMATION_TOLERANCE)
        or at_x is None
        or not is_close(at_x, gradient, **SUMMATION_TOLERANCE)
    ):
        fail("other_network_numbers")


def classifier_of(program: Program, values: NetworkValues) -> tuple[str, str] | None:
    """Return weight and bias of the classifier, where a network has it."""
    if program.recorded:
        linears = [layer for layer in program.layers if layer.kind is LayerKind.LINEAR]
        names = [(layer.weight or "", layer.bias or "") for layer in linears]
    else:
        weights = [name for name in program.parameters if name.endswith("weight")]
        names = [(name, f"{name.removesuffix('weight')}bias") for name in weights]
    for weight, bias in names:
        shapes = [program.parameters[n].shape for n in (weight, bias) if n in program.parameters]
        if shapes == [tuple(values.weight.shape), tuple(values.bias.shape)]:
            return weight, bias
    return None


def state_with(
    program: Program, roles: Sequence[Role], linear: tuple[str, str], values: NetworkValues
) -> State:
    """Return the drawn values by name; what has no role in a right network is drawn, too."""
    # Biases of convolutions are free, and say nothing.
    known = {n: torch.zeros(program.parameters[n].shape) for n in conv_biases(program)}
    for role, layer in zip(roles, values.layers, strict=True):
        known.update(role.values(layer))
    gains = [stub.gain for stub in stubs_of(program)] or [
        n for n in program.parameters if is_gain(n)
    ]
    known.update(zip(gains, values.gains, strict=True))
    known.update(zip(linear, (values.weight, values.bias), strict=True))
    return draw_state(program, known=known)


def judge_own(submission: Submission, name: str, layers: list[int]) -> None:
    """Check the number of parameters of a network built from the student's own blocks."""
    if submission.run(network_probes.owned, name, layers) != network_size(name, layers):
        fail("other_network_size", network=f"ResNet({name}, {layers})")


@pytest.mark.criterion("performance.residual_block.resnet", weight=3)
@pytest.mark.requires("performance.residual_block.basic_block")
def test_resnet_of_own_basic_blocks(submission: Submission) -> None:
    """With the student's BasicBlock, ResNet-18 has its 11,689,512 parameters."""
    judge_own(submission, "BasicBlock", [2, 2, 2, 2])


@pytest.mark.criterion("performance.residual_block.resnet", weight=3)
@pytest.mark.requires("performance.residual_block.bottleneck")
def test_resnet_of_own_bottlenecks(submission: Submission) -> None:
    """With the student's Bottleneck, a small ResNet has as many parameters as it should."""
    judge_own(submission, "Bottleneck", [2, 1, 1, 1])
