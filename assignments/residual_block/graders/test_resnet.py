"""Checks of `ResNet`, on stand-in blocks: a wrong block of the student's costs nothing here."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import network_probes
import pytest
import torch
from networks import (
    CLASSES,
    LARGE_IMAGE,
    Image,
    is_gain,
    judge_assembly,
    judge_blocks,
    judge_maps,
    stub_program,
    stubs_of,
    takes_tiny_images,
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

from autograder.checks import LayerKind, Program, Submission, fail, is_close, layers_of

pytestmark = pytest.mark.criterion("performance.residual_block.resnet")

MAX_BLOCKS_PER_STAGE = 3  # blocks per stage of a network that is drawn: nobody writes it by heart
SUMMATION_TOLERANCE = {"rtol": 1e-3, "atol": 1e-4}  # of other orders of summation


def judge_basic(submission: Submission) -> None:
    """Check that ResNet-18 and ResNet-34 are assembled as published."""
    judge_assembly(submission, 1, CLASSES, {"ResNet-18": [2, 2, 2, 2], "ResNet-34": [3, 4, 6, 3]})


def judge_bottlenecks(submission: Submission) -> None:
    """Check that ResNet-50, and ResNet-101 or ResNet-152, are assembled as published."""
    deep = (("ResNet-101", [3, 4, 23, 3]), ("ResNet-152", [3, 8, 36, 3]))
    network, layers = deep[int(torch.randint(2, ()))]
    judge_assembly(submission, 4, CLASSES, {"ResNet-50": [3, 4, 6, 3], network: layers})


def once(submission: Submission, judge: Callable[[Submission], None]) -> None:
    """Let `judge` decide once; whoever asks again gets the same answer."""
    submission.once(judge.__name__, lambda: judge(submission))


@pytest.mark.criterion("performance.residual_block.resnet", weight=2)
def test_resnet_of_basic_blocks(submission: Submission) -> None:
    """ResNet-18 and ResNet-34 are assembled as published."""
    once(submission, judge_basic)


@pytest.mark.criterion("performance.residual_block.resnet", weight=2)
def test_resnet_of_bottlenecks(submission: Submission) -> None:
    """ResNet-50, ResNet-101 and ResNet-152 are assembled as published."""
    once(submission, judge_bottlenecks)


@pytest.mark.gate
def test_resnet_forward(submission: Submission) -> None:
    """With the same weights a ResNet gives the right maps, logits and input gradient."""
    once(submission, judge_forward)


@pytest.mark.criterion("performance.residual_block.resnet", weight=10)
def test_resnet_works(submission: Submission) -> None:
    """The promise of the criterion: the blocks are in place, and so is what they compute."""
    for judge in (judge_basic, judge_bottlenecks, judge_forward):
        once(submission, judge)


def judge_forward(submission: Submission) -> None:
    """Check that a ResNet with the same weights gives the right maps, logits and gradient."""
    layers = (
        torch.randperm(MAX_BLOCKS_PER_STAGE + 1)[:4] % MAX_BLOCKS_PER_STAGE + 1
    ).tolist()  # not all alike
    expansion, classes = int(torch.randint(1, 3, ())), int(torch.randint(6, 12, ()))
    image = draw_image(submission)
    program = stub_program(submission, expansion, layers, classes, image)
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


def draw_image(submission: Submission) -> Image:
    """Draw the size of the images that a network gets."""
    if not submission.once("takes tiny images", lambda: takes_tiny_images(submission)):
        return LARGE_IMAGE
    height, width = (int(torch.randint(low, low + 8, ())) for low in (36, 52))
    return height, width


def classifier_of(program: Program, values: NetworkValues) -> tuple[str, str] | None:
    """Return weight and bias of the classifier, where a network has it."""
    if program.data is not None:
        linears = [layer for layer in layers_of(program.data) if layer.kind is LayerKind.LINEAR]
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
    state = draw_state(program)
    for name in conv_biases(program):
        state[name] = torch.zeros_like(state[name])  # free, and says nothing
    for role, layer in zip(roles, values.layers, strict=True):
        state.update(role.values(layer))
    gains = [stub.gain for stub in stubs_of(program)] or [n for n in state if is_gain(n)]
    state.update(zip(gains, values.gains, strict=True))
    state.update(zip(linear, (values.weight, values.bias), strict=True))
    return state


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
