"""What runs beside the student's code: it makes blocks, asks two functions, and judges nothing."""

from __future__ import annotations

import inspect
from typing import Any

import torch
from torch import Tensor, nn

# On inputs this small, oneDNN takes longer to compile a kernel for each shape than torch's own take
# to run.
torch.backends.mkldnn.set_flags(False)

Size = tuple[int, int, int]  # in_channels, out_channels, stride

GIVEN_CONV = "given_conv"  # names of the parts of a projection
GIVEN_NORM = "given_norm"
NO_DOWNSAMPLE = "takes_no_downsample"  # the one parameter of what stands for such a block


class Projection(nn.Module):
    """The downsample that a block is given: a 1×1 convolution, a batch norm, and a factor."""

    def __init__(self, in_channels: int, width: int, stride: int, factor: float) -> None:
        super().__init__()
        conv = nn.Conv2d(in_channels, width, 1, stride, bias=False)
        conv.weight.data.copy_(first_weight(width, in_channels))
        self.add_module(GIVEN_CONV, conv)
        self.add_module(GIVEN_NORM, nn.BatchNorm2d(width))
        self.factor = factor

    def forward(self, x: Tensor) -> Tensor:
        """Return the projection of x."""
        return self.get_submodule(GIVEN_NORM)(self.get_submodule(GIVEN_CONV)(x)) * self.factor


def first_weight(width: int, in_channels: int) -> Tensor:
    """Return the weight with which a projection is given to a block."""
    return torch.linspace(-1, 1, width * in_channels).reshape(width, in_channels, 1, 1)


class NoBlock(nn.Module):
    """Stands for a block that takes no downsample."""

    def __init__(self) -> None:
        super().__init__()
        self.register_parameter(NO_DOWNSAMPLE, nn.Parameter(torch.ones(())))

    def forward(self, x: Tensor) -> Tensor:
        """Return x."""
        return x


def block(student: Any, name: str, size: Size, width: int, factor: float) -> Any:
    """Return a block of that size; `width` is that of its downsample, 0 where it gets none.

    Arguments go by position, because their names are free.
    """
    make = getattr(student, name)
    if name == "PlainBlock":
        return make(*size)
    accepts = inspect.signature(make).bind
    try:
        accepts(1, 1, 1, None)
    except TypeError:
        accepts(1, 1)  # raises where it is another mistake
        return NoBlock()
    return make(*size, Projection(size[0], width, size[2], factor) if width else None)


def expansion(student: Any, name: str, size: Size) -> Any:
    """Return the class attribute `expansion` of a block that can be made, or None."""
    if isinstance(block(student, name, size, 0, 1.0), NoBlock):
        return NO_DOWNSAMPLE
    got = getattr(getattr(student, name), "expansion", None)
    return got if type(got) is int else None


def parts(student: Any, name: str, size: Size, width: int) -> Any:
    """Return what a block holds besides its downsample; convolution biases are not counted."""
    made = block(student, name, size, width, 1.0)
    given = {m for p in made.modules() if isinstance(p, Projection) for m in p.modules()}
    modules = [m for m in made.modules() if m not in given]
    named = [(m, key, p) for m in modules for key, p in m.named_parameters(recurse=False)]
    counted = [p for m, key, p in named if not (isinstance(m, nn.Conv2d) and key == "bias")]
    convs = [tuple(m.weight.shape) for m in modules if isinstance(m, nn.Conv2d)]
    return {"count": len(named), "parameters": sum(p.numel() for p in counted), "convs": convs}


# ---------------------------------------------------------------- the two functions


class RecordingBlock(nn.Module):
    """A block whose input gradient depends on its input, and that remembers it."""

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        self.weight = nn.Parameter(weight)
        self.inputs: list[Tensor] = []

    def forward(self, x: Tensor) -> Tensor:
        """Return the squares of a convolution of x."""
        self.inputs.append(x.detach().clone())
        return nn.functional.conv2d(x, self.weight, padding=1) ** 2


def norm_of_known_block(student: Any, weight: Tensor) -> Any:
    """Return what `gradient_norm` gives for a known block, and the inputs that it gave to it."""
    known = RecordingBlock(weight)
    return student.gradient_norm(known), known.inputs


def counted(student: Any, trainable: list[int], frozen: list[int]) -> Any:
    """Return what `count_parameters` gives for a nested model with buffers.

    `trainable` and `frozen` are the sizes of its parameters.
    """
    model = nn.Sequential(
        nn.ParameterList([torch.zeros(n) for n in trainable]), nn.BatchNorm2d(1, affine=False)
    )
    inner = nn.ParameterList([torch.zeros(n) for n in frozen]).requires_grad_(False)
    return student.count_parameters(model.append(nn.Sequential(inner)))
