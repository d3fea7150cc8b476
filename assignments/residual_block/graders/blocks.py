"""What every kind of block has to do, as the judge asks and decides it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import probes
import torch
from probes import Layer, Size
from reference import (
    EXPANSIONS,
    block_output,
    block_size,
    conv_norm,
    draw_layer,
    draw_layers,
    orders,
    placements,
    respond,
)
from torch import Tensor

from autograder.checks import Submission, expect_tensor, fail, is_close

IMAGE_SIZE = (5, 8)  # an odd side and an even one


def once(submission: Submission, judge: Callable[..., None], name: str, **options: Any) -> None:
    """Let `judge` decide about the block `name` once; whoever asks again gets the same answer."""
    key = f"{judge.__name__} {name} {options}"
    submission.once(key, lambda: judge(submission, name, **options))


def ask(submission: Submission, probe: Callable[..., Any], name: str, *args: Any) -> Any:
    """Run a probe on the student's block `name`; fail where it takes no downsample."""
    answer = submission.run(probe, name, *args)
    if answer == probes.NO_DOWNSAMPLE:
        fail("takes_no_downsample", block=name)
    return answer


def same_size(name: str, out_channels: int = 4) -> Size:
    """Return a size at which the block needs no downsample."""
    return (out_channels * EXPANSIONS[name], out_channels, 1)


def judge_shapes(submission: Submission, name: str, sizes: list[Size], *, projected: bool) -> None:
    """Check the output: out_channels · expansion channels, and sides of ⌈side / stride⌉."""
    width = sizes[0][1] * EXPANSIONS[name]
    answers = ask(submission, probes.shapes, name, sizes, width if projected else None, IMAGE_SIZE)
    for (i, _, stride), got in zip(sizes, answers, strict=True):
        if got is None:
            fail("returns_no_tensor", block=name)
        expected = (2, width, *(-(-side // stride) for side in IMAGE_SIZE))
        if got != expected:
            fail(
                "wrong_shape",
                block=name,
                given=(2, i, *IMAGE_SIZE),
                stride=stride,
                got=got,
                expected=expected,
            )


def judge_silent(submission: Submission, name: str) -> None:
    """Check that a block with zero parameters answers ReLU(input).

    The gradient passes where the input is positive.
    """
    size = same_size(name)
    x, g = torch.randn(2, 2, size[0], 5, 6)
    y, gradient = ask(submission, probes.silent, name, size, x, g)
    judge_shortcut(y, x)
    if not isinstance(gradient, Tensor) or not is_close(gradient, g * (x > 0)):
        fail("gradient_altered", block=name)


def judge_shortcut(y: Any, shortcut: Tensor) -> None:
    """Check that the output of a silent branch is ReLU(shortcut); name what it is instead."""
    if not isinstance(y, Tensor):
        fail("returns_no_tensor")
    expected = shortcut.relu()
    if y.shape != expected.shape:
        fail("shortcut_of_other_shape", got=tuple(y.shape), expected=tuple(expected.shape))
    if is_close(y, expected):
        return
    if bool((y == 0).all()):
        fail("no_skip")
    if is_close(y, shortcut):
        fail("no_last_relu")
    factor = float((y * expected).sum() / (expected * expected).sum())
    if is_close(y, factor * expected):
        fail("output_scaled", factor=f"{factor:.3g}")
    fail("shortcut_altered")


def judge_downsample(submission: Submission, name: str) -> None:
    """Check the downsample.

    It is called once, on the block's own input; its output is added unchanged, and the gradient
    reaches it.
    """
    weight = torch.randn(4 * EXPANSIONS[name], 6, 1, 1)
    x = torch.randn(2, 6, 7, 6)
    g = torch.randn(2, len(weight), 4, 3)
    report = ask(submission, probes.spied, name, (6, 4, 2), weight, x, g)
    if report["calls"] != 1:
        fail("downsample_calls", calls=report["calls"])
    if not is_close(report["seen"][0], x):
        fail("downsample_input")
    if not is_close(report["weight"], weight, rtol=0, atol=0):
        fail("downsample_changed")
    judge_shortcut(report["output"], torch.conv2d(x, weight, stride=2))
    gradient = report["weight_gradient"]
    if not isinstance(gradient, Tensor) or not float(gradient.abs().sum()) > 0:
        fail("downsample_gradient")


def draw_case(name: str, size: Size, *, projected: bool) -> dict[str, Any]:
    """Draw weights for one block, and weighted inputs for eval and train mode."""
    in_channels, out_channels, stride = size
    width = out_channels * EXPANSIONS[name]
    inputs = []
    for training, (batch, *image) in ((False, (1, 5, 8)), (True, (3, 6, 6))):
        outputs = (batch, width, *(-(-side // stride) for side in image))
        inputs.append((training, torch.randn(batch, in_channels, *image), torch.randn(outputs)))
    projection = draw_layer((width, in_channels, 1, 1)) if projected else None
    layers = draw_layers(name, in_channels, out_channels)
    return {"size": size, "layers": layers, "projection": projection, "inputs": inputs}


def judge_strided(submission: Submission, name: str) -> None:
    """Check a block at stride 2, with a downsample, against a right one."""
    judge_forward(submission, name, draw_case(name, (6, 4, 2), projected=True))


def judge_straight(submission: Submission, name: str) -> None:
    """Check a block at stride 1, without a downsample, against a right one."""
    judge_forward(submission, name, draw_case(name, same_size(name), projected=False))


def judge_promise(submission: Submission, name: str) -> None:
    """Check that the block computes what a right one does, with and without a downsample."""
    for judge in (judge_silent, judge_downsample, judge_straight, judge_strided):
        once(submission, judge, name)


def judge_forward(submission: Submission, name: str, case: dict[str, Any]) -> None:
    """Check outputs and input gradients, in both modes, against a block with the same weights."""
    answer = ask(submission, probes.transplanted, name, case)
    if isinstance(answer, dict):
        expected = len(case["layers"])
        if answer == {"convs": expected, "norms": expected}:
            fail("layers_of_other_widths", block=name, expected=expected)
        fail("other_layers", block=name, expected=expected, **answer)
    if not any(agrees(answer, case, layers, strides) for layers, strides in right_ways(name, case)):
        fail("other_numbers", block=name, stride=case["size"][2])


def right_ways(name: str, case: dict[str, Any]) -> list[tuple[list[Layer], tuple[int, ...]]]:
    """Return every right reading of the weights with every right place of the stride.

    The usual one comes first.
    """
    places = list(placements(name, case["size"][2]))
    return [(layers, strides) for layers in orders(case["layers"]) for strides in places]


def agrees(
    answer: list[Any], case: dict[str, Any], layers: list[Layer], strides: tuple[int, ...]
) -> bool:
    """Return whether output and gradient equal the reference's in both modes, up to rounding."""
    for got, (training, x, g) in zip(answer, case["inputs"], strict=True):
        expected = respond(partial(reference, case, layers, strides, training), x, g)
        if not all(
            is_close(mine, right, rtol=1e-3, atol=1e-4)
            for mine, right in zip(got, expected, strict=True)
        ):
            return False
    return True


def reference(
    case: dict[str, Any], layers: list[Layer], strides: tuple[int, ...], training: bool, x: Tensor
) -> Tensor:
    """Return the output of a right block with these weights."""

    def shortcut(x: Tensor) -> Tensor:
        return (
            conv_norm(x, case["projection"], case["size"][2], training) if case["projection"] else x
        )

    return block_output(x, layers, strides, None if case.get("plain") else shortcut, training)


def judge_parameters(submission: Submission, name: str) -> None:
    """Check the number of parameters.

    Those of the downsample and of convolution biases are not counted.
    """
    sizes = [(6, 4, 2), same_size(name)]
    for size, got in zip(
        sizes, ask(submission, probes.census, name, sizes, 4 * EXPANSIONS[name]), strict=True
    ):
        more = got["parameters"] - block_size(name, *size[:2])
        if more:
            fail("more_parameters" if more > 0 else "fewer_parameters", block=name)


def judge_learning(submission: Submission, name: str) -> None:
    """Check that every parameter gets a finite gradient that is not zero."""
    size = same_size(name)
    x, g = torch.randn(2, 4, size[0], 8, 8)
    count, idle = ask(submission, probes.idle_parameters, name, size, x, g)
    if count == 0 or idle:
        fail("idle_parameters", block=name, count=count, idle=idle)


def judge_repeats(submission: Submission, name: str) -> None:
    """Check that in eval mode an image gives the same output again, and alone."""
    size = same_size(name)
    first, again, alone = ask(
        submission, probes.repeated, name, size, torch.randn(3, size[0], 6, 6)
    )
    expect_tensor(first)
    if not is_close(again, first):
        fail("eval_varies")
    if not is_close(alone, first[:1]):
        fail("batch_matters")


def judge_state(submission: Submission, name: str) -> None:
    """Check that a block restored from a state dict answers as the original."""
    size = same_size(name)
    y, restored = ask(submission, probes.restored, name, size, torch.randn(2, size[0], 6, 6))
    if not is_close(restored, expect_tensor(y)):
        judge_repeats(submission, name)  # where the block never answers alike, nothing was lost
        fail("state_lost", block=name)


def judge_expansion(submission: Submission, name: str) -> None:
    """Check the class attribute `expansion`: how much wider the output is than out_channels."""
    got = ask(submission, probes.expansion, name, same_size(name))
    if type(got) is not int or got != EXPANSIONS[name]:
        fail("wrong_expansion", block=name, expected=EXPANSIONS[name])
