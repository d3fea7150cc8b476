"""Probes of the public checks: they build your blocks and networks, and report the results."""

from __future__ import annotations

import inspect
from typing import Any

import torch
from torch import Tensor, nn


def shape_of(y: Any) -> list[int] | None:
    """Return the shape of a tensor; None for anything else, such as a forgotten return."""
    return list(y.shape) if isinstance(y, Tensor) else None


def takes_downsample(student: Any, name: str) -> bool:
    """Return whether a block can be made with a downsample as its fourth argument."""
    try:
        inspect.signature(getattr(student, name)).bind(1, 1, 1, None)
    except TypeError:
        return False
    return True


def shape(student: Any, name: str, arguments: list[Any], image: list[int]) -> list[int] | None:
    """Return the shape that a block makes of an image.

    Where it needs one, its downsample is a 1×1 convolution.
    """
    downsample = None
    if name != "PlainBlock":
        width = arguments[1] * getattr(student, name).expansion
        if arguments[2] != 1 or arguments[0] != width:
            downsample = nn.Conv2d(arguments[0], width, kernel_size=1, stride=arguments[2])
        arguments = [*arguments, downsample]
    return shape_of(getattr(student, name)(*arguments)(torch.zeros(image)))


def silent(student: Any, name: str, arguments: list[int], x: Tensor) -> Any:
    """Return the output of a block all of whose parameters are zero."""
    block = getattr(student, name)(*arguments).eval()
    with torch.no_grad():
        for parameter in block.parameters():
            parameter.zero_()
        return block(x)


def expansion(student: Any, name: str) -> Any:
    """Return the class attribute `expansion`."""
    return getattr(student, name).expansion


def parameters(student: Any, layers: list[int]) -> tuple[int, int]:
    """Return a network's number of parameters besides convolution biases, and of these biases."""
    with torch.device("meta"):  # without memory, so it takes no time
        network = student.ResNet(student.BasicBlock, layers)
    biases = [
        m.bias.numel() for m in network.modules() if isinstance(m, nn.Conv2d) and m.bias is not None
    ]
    return sum(p.numel() for p in network.parameters()) - sum(biases), sum(biases)


def measured(student: Any, function: str) -> Any:
    """Return what a function of yours gives for a small convolution.

    A tensor with one element counts as its number.
    """
    answer = getattr(student, function)(nn.Conv2d(4, 4, kernel_size=3))
    return answer.item() if isinstance(answer, Tensor) and answer.numel() == 1 else answer


def logits(student: Any, layers: list[int], num_classes: int) -> list[int] | None:
    """Return the shape that a network of basic blocks makes of two images of 224×224."""
    network = student.ResNet(student.BasicBlock, layers, num_classes).eval()
    with torch.no_grad():
        return shape_of(network(torch.zeros(2, 3, 224, 224)))
