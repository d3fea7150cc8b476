"""The reference blocks and network, the weights that are drawn for them, and their sizes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from network_probes import IN_CHANNELS_UNIT
from torch import Tensor
from torch.nn import functional

KERNEL_SIZES = {"PlainBlock": (3, 3), "BasicBlock": (3, 3), "Bottleneck": (1, 3, 1)}
EXPANSIONS = {"PlainBlock": 1, "BasicBlock": 1, "Bottleneck": 4}
# The convolutions that may carry the stride: a Bottleneck's 1×1 (v1) or 3×3 (v1.5).
STRIDED_LAYERS = (0, 1)
STEM_CHANNELS = 64  # channels of the stem, and of the first stage
STAGE_CHANNELS = (64, 128, 256, 512)  # of the four stages
EPS = 1e-5  # of a norm, where it is not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A convolution without bias and its batch norm, with all of their values."""

    weight: Tensor
    gamma: Tensor
    beta: Tensor
    mean: Tensor
    variance: Tensor


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
    return Layer(
        weight=torch.randn(shape) / math.sqrt(math.prod(shape[1:])),
        gamma=torch.rand(width) + 0.5,
        beta=torch.randn(width) / 2,
        mean=torch.randn(width) / 2,
        variance=torch.rand(width) + 0.5,
    )


def conv_norm(
    x: Tensor, layer: Layer, stride: int, *, train: bool = False, eps: float = EPS
) -> Tensor:
    """Apply a padded convolution and its batch norm.

    (B, C, H, W) -> (B, C', ⌈H/stride⌉, ⌈W/stride⌉)
    """
    x = functional.conv2d(x, layer.weight, stride=stride, padding=layer.weight.shape[-1] // 2)
    statistics = (None, None) if train else (layer.mean, layer.variance)
    return functional.batch_norm(x, *statistics, layer.gamma, layer.beta, training=train, eps=eps)


def placements(name: str, stride: int) -> list[tuple[int, ...]]:
    """Return every right way to place the stride among the convolutions."""
    count = len(KERNEL_SIZES[name])
    places = STRIDED_LAYERS if stride > 1 else (0,)
    return [tuple(stride if i == place else 1 for i in range(count)) for place in places]


# ---------------------------------------------------------------- the whole network


def network_size(name: str, layers: Sequence[int], num_classes: int = 1000) -> int:
    """Return the number of parameters of a ResNet without convolution biases."""
    expansion = EXPANSIONS[name]
    return network_size_without_blocks(expansion, num_classes) + sum(
        block_size(name, i, o) for i, o, _, _ in network_plan(expansion, layers)
    )


def network_size_without_blocks(expansion: int, num_classes: int = 1000) -> int:
    """Return the number of parameters of stem, downsamples and classifier."""
    shapes = network_shapes(expansion, [1, 1, 1, 1])
    classifier = (STAGE_CHANNELS[-1] * expansion + 1) * num_classes
    return sum(math.prod(shape) + 2 * shape[0] for shape in shapes) + classifier


def network_plan(expansion: int, layers: Sequence[int]) -> list[tuple[int, int, int, bool]]:
    """Return the arguments of every block.

    They are in_channels, out_channels, stride, and whether it needs a downsample.
    """
    plan, width = [], STEM_CHANNELS
    for stage, (out_channels, depth) in enumerate(zip(STAGE_CHANNELS, layers, strict=True)):
        for index in range(depth):
            stride = 2 if stage > 0 and index == 0 else 1
            after = out_channels * expansion
            plan.append((width, out_channels, stride, stride != 1 or width != after))
            width = after
    return plan


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkValues:
    """The values of a network of stub blocks, in the order in which it uses them."""

    layers: list[Layer]  # the stem and the downsamples
    gains: list[Tensor]
    weight: Tensor  # of the classifier
    bias: Tensor


def draw_network(expansion: int, layers: Sequence[int], num_classes: int) -> NetworkValues:
    """Draw weights for a network of stub blocks, which have one gain per channel."""
    plan = network_plan(expansion, layers)
    width = STAGE_CHANNELS[-1] * expansion
    return NetworkValues(
        layers=[draw_layer(shape) for shape in network_shapes(expansion, layers)],
        gains=[torch.rand(o * expansion, 1, 1) + 0.5 for _, o, _, _ in plan],
        weight=torch.randn(num_classes, width) / width**0.5,
        bias=torch.randn(num_classes),
    )


def network_shapes(expansion: int, layers: Sequence[int]) -> list[tuple[int, int, int, int]]:
    """Return the shapes of the convolutions of stem and downsamples, in order."""
    plan = network_plan(expansion, layers)
    projections = [(o * expansion, i, 1, 1) for i, o, _, projected in plan if projected]
    return [(STEM_CHANNELS, 3, 7, 7), *projections]


def network_output(
    x: Tensor,
    expansion: int,
    layers: Sequence[int],
    values: NetworkValues,
    eps: Sequence[float],
) -> Tensor:
    """Return the logits of a network of stub blocks: (B, 3, H, W) -> (B, num_classes).

    `eps` are those of the norms of stem and downsamples.
    """
    (stem, *projections), (stem_eps, *rest) = values.layers, eps
    # (B, 64, H/4, W/4)
    x = functional.max_pool2d(conv_norm(x, stem, 2, eps=stem_eps).relu(), 3, 2, 1)
    plan = network_plan(expansion, layers)
    for (in_channels, _, stride, projected), gain in zip(plan, values.gains, strict=True):
        if projected:
            x = conv_norm(x, projections.pop(0), stride, eps=rest.pop(0))
        x = gain + x * gain * (stride + in_channels / IN_CHANNELS_UNIT)
    return functional.linear(x.mean(dim=(2, 3)), values.weight, values.bias)
