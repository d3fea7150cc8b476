"""What every kind of block has to do, as the judge asks and decides it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import probes
import torch
from probes import Layer
from reference import (
    EXPANSION,
    Response,
    block_output,
    block_size,
    conv_norm,
    draw_layer,
    draw_layers,
    layer_shapes,
    orders,
    placements,
    respond,
)
from torch import Tensor

from autograder.live import LiveSubmission
from autograder.testing import assert_close, expect_tensor, fail, is_close

Size = tuple[int, int, int]  # in_channels, out_channels, stride


def ask(submission: LiveSubmission, probe: Callable[..., Any], name: str, *args: Any) -> Any:
    """What a probe reports of the student's block `name`; a block that takes no downsample is told so."""
    answer = submission.run(probe, name, *args)
    if answer == probes.NO_DOWNSAMPLE:
        fail("takes_no_downsample", block=name)
    return answer


def same_size(name: str, out_channels: int = 4) -> Size:
    """A size at which the block needs no downsample."""
    return (out_channels * EXPANSION[name], out_channels, 1)


def judge_shapes(submission: LiveSubmission, name: str, sizes: list[Size], *, projected: bool) -> None:
    """The output has out_channels · expansion channels and the side ⌈side / stride⌉, for odd and even sides."""
    cases = [(size, *image, projected) for size in sizes for image in ((12, 12), (7, 9))]
    width = sizes[0][1] * EXPANSION[name]
    answers = ask(submission, probes.shapes, name, width, cases)
    for ((i, _, stride), high, wide, _), got in zip(cases, answers, strict=True):
        expected = (2, width, -(-high // stride), -(-wide // stride))
        if got is None:
            fail("returns_no_tensor", block=name)
        if got != expected:
            fail("wrong_shape", block=name, given=(2, i, high, wide), stride=stride, got=got, expected=expected)


def judge_silent(submission: LiveSubmission, name: str) -> None:
    """With all parameters zero the output is ReLU of the input, and the gradient passes where that is positive."""
    size = same_size(name)
    x, g = torch.randn(2, 2, size[0], 5, 6)
    y, gradient = ask(submission, probes.silent, name, size, x, g)
    judge_shortcut(y, x)
    assert_close(gradient, g * (x > 0))


def judge_shortcut(y: Any, shortcut: Tensor) -> None:
    """The output of a silent branch is ReLU of what the shortcut carries; says what it is instead."""
    if not isinstance(y, Tensor):
        fail("returns_no_tensor")
    expect_tensor(y, shape=tuple(shortcut.shape))
    if bool((y == 0).all()):
        fail("no_skip")
    if is_close(y, shortcut):
        fail("no_last_relu")
    if not is_close(y, shortcut.relu()):
        fail("shortcut_altered")


def spy_report(submission: LiveSubmission, name: str) -> tuple[dict[str, Any], Tensor, Tensor]:
    """What a spy that halves the map reports, its weight, and the input that the block was given."""
    size = (6, 4, 2)
    weight = torch.randn(4 * EXPANSION[name], 6, 1, 1)
    x = torch.randn(2, 6, 7, 6)
    g = torch.randn(2, len(weight), 4, 3)
    return ask(submission, probes.spied, name, size, weight, x, g), weight, x


def judge_downsample_call(submission: LiveSubmission, name: str) -> None:
    """The downsample is called once, on the block's own input, and comes out of it unchanged."""
    report, weight, x = spy_report(submission, name)
    if report["calls"] != 1:
        fail("downsample_calls", calls=report["calls"])
    if not is_close(report["seen"][0], x):
        fail("downsample_input")
    if not is_close(report["weight"], weight, rtol=0, atol=0):
        fail("downsample_changed")


def judge_downsample_added(submission: LiveSubmission, name: str) -> None:
    """What the downsample returns is what is added, and the gradient reaches it."""
    report, weight, x = spy_report(submission, name)
    if report["calls"] == 0:
        fail("downsample_calls", calls=0)
    judge_shortcut(report["output"], torch.conv2d(x, weight, stride=2))
    gradient = report["weight_gradient"]
    if not isinstance(gradient, Tensor) or not float(gradient.abs().sum()) > 0:
        fail("downsample_gradient")


def draw_case(name: str, size: Size, *, projected: bool) -> dict[str, Any]:
    """Weights for one block, and three inputs with the weightings of their outputs."""
    in_channels, out_channels, stride = size
    width = out_channels * EXPANSION[name]
    inputs = []
    for batch, high, wide in ((3, 6, 6), (1, 5, 8)):
        outputs = (batch, width, -(-high // stride), -(-wide // stride))
        inputs.append((torch.randn(batch, in_channels, high, wide), torch.randn(outputs)))
    projection = draw_layer((width, in_channels, 1, 1)) if projected else None
    layers = draw_layers(name, in_channels, out_channels)
    return {"size": size, "layers": layers, "projection": projection, "inputs": inputs}


def judge_forward(submission: LiveSubmission, name: str, cases: list[dict[str, Any]]) -> None:
    """Outputs and input gradients equal those of a right block with the same weights, in both modes."""
    answers = ask(submission, probes.transplanted, name, cases)
    if isinstance(answers, dict):
        expected = len(layer_shapes(name, 1, 1))
        fail("other_layers", block=name, expected=expected, convs=answers["convs"], norms=answers["norms"])
    for case, answer in zip(cases, answers, strict=True):
        if not any(agrees(answer, case, layers, strides) for layers, strides in right_ways(name, case)):
            fail("other_numbers", block=name, stride=case["size"][2])


def right_ways(name: str, case: dict[str, Any]) -> list[tuple[list[Layer], tuple[int, ...]]]:
    """Every right reading of the weights, with every right place of the stride; the usual one first."""
    places = list(placements(name, case["size"][2]))
    return [(layers, strides) for layers in orders(case["layers"]) for strides in places]


def agrees(answer: list[Any], case: dict[str, Any], layers: list[Layer], strides: tuple[int, ...]) -> bool:
    """Whether the student's block answers as the reference does, for every input and in both modes."""
    inputs = [*((x, g, False) for x, g in case["inputs"]), (*case["inputs"][0], True)]
    return all(
        is_equal(got, reference_response(case, layers, strides, x, g, training))
        for got, (x, g, training) in zip(answer, inputs, strict=True)
    )


def reference_response(
    case: dict[str, Any], layers: list[Layer], strides: tuple[int, ...], x: Tensor, g: Tensor, training: bool
) -> Response:
    """What a right block with these weights answers."""

    def shortcut(x: Tensor) -> Tensor:
        return conv_norm(x, case["projection"], case["size"][2], training) if case["projection"] else x

    skip = None if case.get("plain") else shortcut
    return respond(lambda x: block_output(x, layers, strides, skip, training), x, g)


def is_equal(got: Any, expected: Response) -> bool:
    """Whether output and gradient are those expected, up to the noise of other orders of summation."""
    return all(is_close(mine, right, rtol=1e-3, atol=1e-4) for mine, right in zip(got, expected, strict=True))


def judge_parameters(submission: LiveSubmission, name: str) -> None:
    """The parameters are as many as the definition has, the downsample and convolution biases not counted."""
    for size in ((6, 4, 2), (4 * EXPANSION[name], 4, 1)):
        width = size[1] * EXPANSION[name]
        got = ask(submission, probes.census, name, size, width)["parameters"]
        expected = block_size(name, *size[:2])
        if got != expected:
            fail("more_parameters" if got > expected else "fewer_parameters", block=name)


def judge_learning(submission: LiveSubmission, name: str) -> None:
    """Every parameter gets a finite gradient that is not zero."""
    size = same_size(name)
    x, g = torch.randn(2, 4, size[0], 8, 8)
    count, idle = ask(submission, probes.idle_parameters, name, size, x, g)
    if count == 0 or idle:
        fail("idle_parameters", block=name, count=count, idle=idle)


def judge_repeats(submission: LiveSubmission, name: str) -> None:
    """In eval mode an image gives the same output again, and alone as in a batch."""
    size = same_size(name)
    first, again, alone = ask(submission, probes.repeated, name, size, torch.randn(3, size[0], 6, 6))
    expect_tensor(first)
    if not is_close(again, first):
        fail("eval_varies")
    if not is_close(alone, first[:1]):
        fail("batch_matters")


def judge_state(submission: LiveSubmission, name: str) -> None:
    """A block restored from a state dict answers as the one that it was taken from."""
    size = same_size(name)
    y, restored = ask(submission, probes.restored, name, size, torch.randn(2, size[0], 6, 6))
    if not is_close(restored, expect_tensor(y)):
        fail("state_lost", block=name)


def judge_expansion(submission: LiveSubmission, name: str) -> None:
    """The class says by how much its output is wider than out_channels, and keeps its word."""
    got = submission.run(probes.expansion, name)
    if type(got) is not int or got != EXPANSION[name]:
        fail("wrong_expansion", block=name, expected=EXPANSION[name])
    judge_shapes(submission, name, [same_size(name, 3)], projected=False)
