"""The reference blocks and network, the weights that are drawn for them, and their sizes."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence

import torch
from probes import Layer
from torch import Tensor
from torch.nn import functional

KERNEL_SIZES = {"PlainBlock": (3, 3), "BasicBlock": (3, 3), "Bottleneck": (1, 3, 1)}
EXPANSIONS = {"PlainBlock": 1, "BasicBlock": 1, "Bottleneck": 4}
# The convolutions that may carry the stride: a Bottleneck's 1×1 (v1) or 3×3 (v1.5).
STRIDED_LAYERS = (0, 1)
STEM_CHANNELS = 64  # channels of the stem, and of the first stage
STAGE_CHANNELS = (64, 128, 256, 512)  # of the four stages

Network = Callable[[Tensor], Tensor]
Response = tuple[Tensor, Tensor]  # an output, and the gradient at the input


def layer_shapes(name: str, in_channels: int, out_channels: int) -> list[tuple[int, int, int, int]]:
    """Return the convolution weights' shapes of a block, in order, as (out, in, k, k)."""
    kernels = KERNEL_SIZES[name]
    widths = [out_channels] * (len(kernels) - 1) + [out_channels * EXPANSIONS[name]]
    return [(w, i, k, k) for w, i, k in zip(widths, [in_channels, *widths], kernels, strict=False)]


def block_size(name: str, in_channels: int, out_channels: int) -> int:
    """Return the number of parameters of a block without downsample and convolution biases."""
    return sum(
        math.prod(shape) + 2 * shape[0] for shape in layer_shapes(name, in_channels, out_channels)
    )


def draw_layer(shape: tuple[int, ...]) -> Layer:
    """Draw the weights of a convolution and its batch norm, running statistics included."""
    width = shape[0]
    weight = torch.randn(shape) / math.sqrt(math.prod(shape[1:]))
    return (
        weight,
        torch.rand(width) + 0.5,
        torch.randn(width) / 2,
        torch.randn(width) / 2,
        torch.rand(width) + 0.5,
    )


def draw_layers(name: str, in_channels: int, out_channels: int) -> list[Layer]:
    """Draw random weights for a block."""
    return [draw_layer(shape) for shape in layer_shapes(name, in_channels, out_channels)]


def conv_norm(x: Tensor, layer: Layer, stride: int, training: bool) -> Tensor:
    """Apply a padded convolution and its batch norm.

    (B, C, H, W) -> (B, C', ⌈H/stride⌉, ⌈W/stride⌉)
    """
    weight, gamma, beta, mean, variance = layer
    x = functional.conv2d(x, weight, stride=stride, padding=weight.shape[-1] // 2)
    if training:
        return functional.batch_norm(x, None, None, gamma, beta, training=True)
    return functional.batch_norm(x, mean, variance, gamma, beta)


def block_output(
    x: Tensor,
    layers: Sequence[Layer],
    strides: Sequence[int],
    shortcut: Network | None,
    training: bool,
) -> Tensor:
    """Return ReLU of the branch, plus the shortcut where there is one."""
    y = x
    for index, (layer, stride) in enumerate(zip(layers, strides, strict=True), start=1):
        y = conv_norm(y, layer, stride, training)
        y = y.relu() if index < len(layers) else y
    return (y if shortcut is None else y + shortcut(x)).relu()


def respond(network: Network, x: Tensor, g: Tensor) -> Response:
    """Return the output, and the gradient of (output · g).sum() at x."""
    leaf = x.clone().requires_grad_()
    y = network(leaf)
    (gradient,) = torch.autograd.grad((y * g).sum(), leaf)
    return y.detach(), gradient


def placements(name: str, stride: int) -> Iterator[tuple[int, ...]]:
    """Yield every right way to place the stride among the convolutions."""
    for place in STRIDED_LAYERS if stride > 1 else (0,):
        yield tuple(stride if i == place else 1 for i in range(len(KERNEL_SIZES[name])))


def orders(layers: Sequence[Layer]) -> Iterator[list[Layer]]:
    """Yield `layers`, then every exchange of convolutions and norms of equal shape.

    A student may define layers in another order than the one in which the forward pass uses them.
    """
    shapes = [(layer[0].shape, layer[1].shape) for layer in layers]
    for convs in itertools.permutations(layers):
        for norms in itertools.permutations(layers):
            if shapes == [
                (conv[0].shape, norm[1].shape) for conv, norm in zip(convs, norms, strict=True)
            ]:
                yield [(conv[0], *norm[1:]) for conv, norm in zip(convs, norms, strict=True)]


# ---------------------------------------------------------------- the whole network


def network_size(name: str, layers: Sequence[int], num_classes: int = 1000) -> int:
    """Return the number of parameters of a ResNet without convolution biases."""
    return network_size_without_blocks(name, num_classes) + sum(
        block_size(name, i, o) for i, o, _, _ in network_plan(name, layers)
    )


def network_size_without_blocks(name: str, num_classes: int = 1000) -> int:
    """Return the number of parameters of stem, downsamples and classifier."""
    plan = network_plan(name, [1, 1, 1, 1])
    projections = sum((i + 2) * o * EXPANSIONS[name] for i, o, _, projected in plan if projected)
    return (
        STEM_CHANNELS * 3 * 49
        + 2 * STEM_CHANNELS
        + projections
        + (STAGE_CHANNELS[-1] * EXPANSIONS[name] + 1) * num_classes
    )


def network_plan(name: str, layers: Sequence[int]) -> list[tuple[int, int, int, bool]]:
    """Return the arguments of every block.

    They are in_channels, out_channels, stride, and whether it needs a downsample.
    """
    plan, width = [], STEM_CHANNELS
    for stage, (out_channels, depth) in enumerate(zip(STAGE_CHANNELS, layers, strict=True)):
        for index in range(depth):
            stride = 2 if stage > 0 and index == 0 else 1
            after = out_channels * EXPANSIONS[name]
            plan.append((width, out_channels, stride, stride != 1 or width != after))
            width = after
    return plan


def draw_network(layers: Sequence[int], num_classes: int) -> dict[str, list[list[Tensor]]]:
    """Draw weights for a network of stub blocks, which have one gain per channel."""
    plan = network_plan("BasicBlock", layers)
    shapes = [(STEM_CHANNELS, 3, 7, 7)] + [(o, i, 1, 1) for i, o, _, projected in plan if projected]
    drawn = [draw_layer(shape) for shape in shapes]
    return {
        "convs": [[layer[0]] for layer in drawn],
        "norms": [list(layer[1:]) for layer in drawn],
        "gains": [[torch.rand(o, 1, 1) + 0.5] for _, o, _, _ in plan],
        "linears": [
            [
                torch.randn(num_classes, STAGE_CHANNELS[-1]) / STAGE_CHANNELS[-1] ** 0.5,
                torch.randn(num_classes),
            ]
        ],
    }


def layers_of(values: dict[str, list[list[Tensor]]]) -> list[Layer]:
    """Return the stem and the downsamples of `draw_network`, each as one layer."""
    pairs = zip(values["convs"], values["norms"], strict=True)
    return [
        (weight, gamma, beta, mean, variance) for (weight,), (gamma, beta, mean, variance) in pairs
    ]


def network_output(
    x: Tensor, layers: Sequence[int], values: dict[str, list[list[Tensor]]]
) -> Tensor:
    """Return the logits of a network of stub blocks: (B, 3, H, W) -> (B, num_classes)."""
    stem, *projections = layers_of(values)
    # (B, 64, H/4, W/4)
    x = functional.max_pool2d(conv_norm(x, stem, 2, training=False).relu(), 3, 2, 1)
    plan = network_plan("BasicBlock", layers)
    for (_, _, stride, projected), (gain,) in zip(plan, values["gains"], strict=True):
        x = conv_norm(x, projections.pop(0), stride, training=False) if projected else x
        x = torch.tanh(gain * x)
    return functional.linear(x.mean(dim=(2, 3)), *values["linears"][0])
