"""Twelve checks of residual blocks, as plain functions: every peer runs these.

A check gets whatever holds the student's names as attributes, a module for example, and raises
where the work is not right. Only torch is needed, and nothing is drawn that could change a result.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

RESNET18_PARAMETERS = 11_689_512  # biases of convolutions not counted
Check = Callable[[Any], None]


def basic_shapes(student: Any) -> None:
    """Require that both blocks halve the map with stride 2, and BasicBlock keeps it without."""
    assert shape_of(student.PlainBlock(4, 6, 2), 4) == (2, 6, 4, 4)
    assert shape_of(student.BasicBlock(4, 4, 1, None), 4) == (2, 4, 8, 8)
    assert shape_of(student.BasicBlock(4, 6, 2, projection(4, 6, 2)), 4) == (2, 6, 4, 4)


def basic_skip(student: Any) -> None:
    """Require that a BasicBlock with its branch at zero is ReLU of its input."""
    x = example(4)
    assert torch.allclose(silenced(student.BasicBlock(4, 4, 1, None))(x), x.relu())


def basic_gradient(student: Any) -> None:
    """Require that the skip of a BasicBlock passes the gradient where the input is positive."""
    x = example(4).requires_grad_()
    silenced(student.BasicBlock(4, 4, 1, None))(x).sum().backward()
    assert x.grad is not None
    assert torch.allclose(x.grad, (x > 0).float())


def basic_downsample(student: Any) -> None:
    """Require that a BasicBlock adds what its downsample makes of the input."""
    downsample = projection(4, 6, 2)
    x = example(4)
    block = silenced(student.BasicBlock(4, 6, 2, downsample), keep=downsample)
    assert torch.allclose(block(x), downsample(x).relu(), atol=1e-6)


def basic_parameters(student: Any) -> None:
    """Require the parameters of two 3×3 convolutions and two norms."""
    block = student.BasicBlock(4, 6, 1, None)
    assert parameters_of(block) == 9 * 4 * 6 + 9 * 6 * 6 + 2 * 12


def bottleneck_shapes(student: Any) -> None:
    """Require four times out_channels from a Bottleneck, and half the map with stride 2."""
    assert student.Bottleneck.expansion == 4
    assert shape_of(student.Bottleneck(16, 4, 1, None), 16) == (2, 16, 8, 8)
    assert shape_of(student.Bottleneck(8, 4, 2, projection(8, 16, 2)), 8) == (2, 16, 4, 4)


def bottleneck_skip(student: Any) -> None:
    """Require that a Bottleneck with its branch at zero is ReLU of its input or downsample."""
    x = example(16)
    assert torch.allclose(silenced(student.Bottleneck(16, 4, 1, None))(x), x.relu())
    downsample = projection(16, 24, 2)
    block = silenced(student.Bottleneck(16, 6, 2, downsample), keep=downsample)
    assert torch.allclose(block(x), downsample(x).relu(), atol=1e-6)


def bottleneck_parameters(student: Any) -> None:
    """Require the parameters of a 1×1, a 3×3 and a 1×1 convolution, and three norms."""
    block = student.Bottleneck(16, 4, 1, None)
    assert parameters_of(block) == 16 * 4 + 9 * 4 * 4 + 4 * 16 + 2 * (4 + 4 + 16)


def resnet18_parameters(student: Any) -> None:
    """Require the parameters of ResNet-18."""
    network = student.ResNet(student.BasicBlock, [2, 2, 2, 2])
    assert parameters_of(network) == RESNET18_PARAMETERS


def resnet_logits(student: Any) -> None:
    """Require the classifier's bias, where it has no weights, for an image of 224 pixels."""
    network = student.ResNet(student.BasicBlock, [1, 1, 1, 1], 7).eval()
    *_, classifier = (layer for layer in network.modules() if isinstance(layer, nn.Linear))
    expected = torch.arange(7.0)
    with torch.no_grad():
        classifier.weight.zero_()
        classifier.bias.copy_(expected)
        assert torch.allclose(network(torch.ones(1, 3, 224, 224)), expected[None])


def counted_parameters(student: Any) -> None:
    """Require that count_parameters counts those that are trained."""
    layers = nn.Sequential(nn.Linear(3, 5), nn.Linear(5, 2))
    layers[0].requires_grad_(False)
    assert int(student.count_parameters(layers)) == 5 * 2 + 2


def measured_gradient(student: Any) -> None:
    """Require the gradient of a convolution that changes nothing: all ones."""
    layer = nn.Conv2d(4, 4, 1, bias=False)
    with torch.no_grad():
        layer.weight.copy_(torch.eye(4)[:, :, None, None])
    assert abs(float(student.gradient_norm(layer)) - 32) < 1e-3  # √(4 · 16 · 16)


CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        basic_shapes,
        basic_skip,
        basic_gradient,
        basic_downsample,
        basic_parameters,
        bottleneck_shapes,
        bottleneck_skip,
        bottleneck_parameters,
        resnet18_parameters,
        resnet_logits,
        counted_parameters,
        measured_gradient,
    )
}


def passed(student: Any) -> list[str]:
    """Return the names of the checks that the work passes."""
    return [name for name, check in CHECKS.items() if _passes(check, student)]


def _passes(check: Check, student: Any) -> bool:
    try:
        check(student)
    except Exception:
        return False
    return True


def example(channels: int) -> Tensor:
    """Return an input of two images of 8×8 that has both signs and no zero."""
    values = torch.arange(2 * channels * 64, dtype=torch.float32)
    return torch.sin(values + 0.5).reshape(2, channels, 8, 8)


def projection(in_channels: int, out_channels: int, stride: int) -> nn.Module:
    """Return a downsample."""
    return nn.Conv2d(in_channels, out_channels, 1, stride, bias=False)


def silenced(block: nn.Module, keep: nn.Module | None = None) -> nn.Module:
    """Return the block with all its parameters at zero but those of `keep`."""
    kept = {id(parameter) for parameter in (keep.parameters() if keep is not None else ())}
    with torch.no_grad():
        for parameter in block.parameters():
            if id(parameter) not in kept:
                parameter.zero_()
    return block.eval()


def shape_of(block: nn.Module, channels: int) -> tuple[int, ...]:
    """Return the shape that a block gives for the example."""
    return tuple(block.eval()(example(channels)).shape)


def parameters_of(module: nn.Module) -> int:
    """Return how many parameters a module has, without biases of convolutions."""
    biases = sum(
        layer.bias.numel()
        for layer in module.modules()
        if isinstance(layer, nn.Conv2d) and layer.bias is not None
    )
    return sum(parameter.numel() for parameter in module.parameters()) - biases
