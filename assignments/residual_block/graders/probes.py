"""What runs beside the student's code: builds its blocks, feeds them, reports; judges nothing."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn

# On inputs this small, oneDNN takes longer to compile a kernel for each shape than torch's own take
# to run.
torch.backends.mkldnn.set_flags(False)

NO_DOWNSAMPLE = "the constructor takes no downsample"

# Conv weight; weight, bias, mean, variance of its norm.
Layer = tuple[Tensor, Tensor, Tensor, Tensor, Tensor]
Size = tuple[int, int, int]  # in_channels, out_channels, stride
Probe = Callable[..., Any]


# ---------------------------------------------------------------- building and filling


def on_block(probe: Probe) -> Probe:
    """Return a probe that answers NO_DOWNSAMPLE for a block that takes no downsample."""

    @functools.wraps(probe)
    def guarded(student: Any, name: str, *args: Any) -> Any:
        accepts = inspect.signature(getattr(student, name)).bind
        try:
            accepts(1, 1, 1, None)
        except TypeError:
            if name != "PlainBlock":
                accepts(1, 1)  # raises where it is another mistake
                return NO_DOWNSAMPLE
        return probe(student, name, *args)

    return guarded


def make(student: Any, name: str, size: Size, downsample: nn.Module | None = None) -> Any:
    """Return a block of that size; arguments go by position, because their names are free."""
    block = getattr(student, name)
    return block(*size) if name == "PlainBlock" else block(*size, downsample)


def own(block: nn.Module, downsample: nn.Module | None = None) -> list[nn.Module]:
    """Return the block's modules without those of the downsample that it was given."""
    given = set() if downsample is None else set(downsample.modules())
    return [m for m in block.modules() if m not in given]


def own_parameters(block: nn.Module, downsample: nn.Module | None = None) -> list[nn.Parameter]:
    """Return the parameters of `own`."""
    return [p for m in own(block, downsample) for p in m.parameters(recurse=False)]


def load(modules: Iterable[nn.Module], layers: list[Layer]) -> bool:
    """Give each convolution and norm its values, by shape and order; return whether all fit."""
    modules = list(modules)
    convs = [m for m in modules if isinstance(m, nn.Conv2d)]
    norms: list[Any] = [m for m in modules if is_whole_norm(m)]
    for weight, *values in layers:
        conv = next((m for m in convs if m.weight.shape == weight.shape), None)
        norm = next((m for m in norms if m.weight.shape == values[0].shape), None)
        if conv is None or norm is None:
            return False
        convs.remove(conv)
        norms.remove(norm)
        conv.weight.data.copy_(weight)
        if conv.bias is not None:
            conv.bias.data.zero_()  # a bias before a batch norm is allowed, and says nothing
        for mine, value in zip(
            (norm.weight, norm.bias, norm.running_mean, norm.running_var), values, strict=True
        ):
            mine.data.copy_(value)  # type: ignore[union-attr]
        norm.eps = 1e-5  # another one would be as good
    return True


def is_whole_norm(module: nn.Module) -> bool:
    """Return whether a module is a BatchNorm2d with weights and running statistics."""
    return isinstance(module, nn.BatchNorm2d) and module.affine and module.running_var is not None


def fill(modules: Iterable[nn.Module], gain: float = 1.0) -> None:
    """Draw the parameters anew, so that an initialisation of the student's own hides nothing.

    Biases are positive: none of them switches a channel off behind a ReLU.
    """
    for module in modules:
        for parameter in module.parameters(recurse=False):
            if parameter.dim() > 1:
                parameter.data.normal_(std=gain * parameter[0].numel() ** -0.5)
            else:
                parameter.data.uniform_(0, gain)
        if isinstance(module, nn.BatchNorm2d) and module.affine:
            module.weight.data.uniform_(0.5, 1.5)


def silence(parameters: Iterable[nn.Parameter]) -> None:
    """Set the parameters to zero, for good."""
    for parameter in parameters:
        parameter.data.zero_()
        parameter.requires_grad_(False)


class Projection(nn.Sequential):
    """The downsample that a block is given: a 1×1 convolution and a batch norm."""

    def __init__(self, in_channels: int, width: int, stride: int) -> None:
        super().__init__(
            nn.Conv2d(in_channels, width, 1, stride, bias=False), nn.BatchNorm2d(width)
        )


def respond(module: nn.Module, x: Tensor, g: Tensor) -> tuple[Any, Tensor | None]:
    """Return the output for `x`, and the gradient of (output · g).sum() at `x`, or None."""
    leaf = x.clone().requires_grad_()
    y = module(leaf * 1)  # no leaf: a block may work in place
    if not isinstance(y, Tensor) or y.shape != g.shape or not y.requires_grad:
        return y, None
    torch.autograd.backward((y * g).sum())
    return y, leaf.grad


def shape_of(y: Any) -> tuple[int, ...] | None:
    """Return the shape of a tensor; None for anything else."""
    return tuple(y.shape) if isinstance(y, Tensor) else None


# ---------------------------------------------------------------- blocks


@on_block
def shapes(
    student: Any, name: str, sizes: list[Size], width: int | None, image: tuple[int, int]
) -> Any:
    """Return the output's shape for a block of every size.

    `width` is that of a downsample, if any.
    """
    answers = []
    for size in sizes:
        downsample = Projection(size[0], width, size[2]) if width is not None else None
        block = make(student, name, size, downsample).eval()
        with torch.no_grad():
            answers.append(shape_of(block(torch.zeros(2, size[0], *image))))
    return answers


@on_block
def silent(student: Any, name: str, size: Size, x: Tensor, g: Tensor) -> Any:
    """Return output and input gradient of a block all of whose parameters are zero."""
    block = make(student, name, size).eval()
    silence(own_parameters(block))
    return respond(block, x, g)


class Spy(nn.Module):
    """A downsample that remembers what it was called with."""

    def __init__(self, weight: Tensor, stride: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(weight.shape[1], weight.shape[0], 1, stride, bias=False)
        self.conv.weight.data.copy_(weight)
        self.seen: list[Tensor] = []

    def forward(self, x: Tensor) -> Any:
        """Return the projection of x."""
        self.seen.append(x.detach().clone())
        return self.conv(x)


@on_block
def spied(student: Any, name: str, size: Size, weight: Tensor, x: Tensor, g: Tensor) -> Any:
    """Return what a spy as the downsample saw, and how the block answered.

    The block's parameters are zero.
    """
    spy = Spy(weight, size[2])
    block = make(student, name, size, spy).eval()
    silence(own_parameters(block, spy))
    y, gradient = respond(block, x, g)
    state = {"calls": len(spy.seen), "seen": spy.seen[:1], "weight": spy.conv.weight}
    return {**state, "output": y, "gradient": gradient, "weight_gradient": spy.conv.weight.grad}


@on_block
def transplanted(student: Any, name: str, case: dict[str, Any]) -> Any:
    """Return output and input gradient with given weights: in eval mode, and in train mode.

    Each mode has its own input. Where the weights do not fit: the numbers of the block's
    convolutions and norms; a norm counts where it holds all of its values.
    """
    size, projection = case["size"], case["projection"]
    downsample = Projection(size[0], projection[0].shape[0], size[2]) if projection else None
    block = make(student, name, size, downsample)
    modules = own(block, downsample)
    if not load(modules, case["layers"]):
        return {
            "convs": sum(isinstance(m, nn.Conv2d) for m in modules),
            "norms": sum(map(is_whole_norm, modules)),
        }
    if downsample is not None:
        load(downsample, [projection])
    block.requires_grad_(False)
    return [respond(block.train(training), x, g) for training, x, g in case["inputs"]]


@on_block
def census(student: Any, name: str, sizes: list[Size], width: int) -> Any:
    """Return the number of parameters of each block, and its convolutions.

    Those of the downsample and of convolution biases are not counted.
    """
    answers = []
    for size in sizes:
        downsample = Projection(size[0], width, size[2])
        modules = own(make(student, name, size, downsample), downsample)
        convs = [tuple(m.weight.shape) for m in modules if isinstance(m, nn.Conv2d)]
        answers.append({"parameters": without_conv_biases(modules), "convs": convs})
    return answers


@on_block
def idle_parameters(student: Any, name: str, size: Size, x: Tensor, g: Tensor) -> Any:
    """Return the number of parameters, and of those with no, a zero or an infinite gradient."""
    block = make(student, name, size).eval()
    fill(own(block))
    respond(block, x, g)
    gradients = [p.grad for p in own_parameters(block)]
    idle = [
        grad for grad in gradients if grad is None or not 0 < float(grad.abs().sum()) < float("inf")
    ]
    return len(gradients), len(idle)


@on_block
def repeated(student: Any, name: str, size: Size, x: Tensor) -> Any:
    """Return the outputs in eval mode for x, for x again, and for its first sample alone."""
    block = make(student, name, size).eval()
    fill(own(block))
    with torch.no_grad():
        return block(x.clone()), block(x.clone()), block(x[:1].clone())


@on_block
def restored(student: Any, name: str, size: Size, x: Tensor) -> Any:
    """Return the outputs of a block, and of a new one that loaded its state dict."""
    first, second = (make(student, name, size).eval() for _ in range(2))
    fill(own(first))
    with torch.no_grad():
        y = first(x.clone())
        second.load_state_dict(first.state_dict())
        return y, second(x.clone())


@on_block
def deep(student: Any, name: str, size: Size, depth: int, x: Tensor) -> Any:
    """Return the gradients at x and at the first layer of a stack of `depth` blocks.

    The weights are small; eval mode. The blocks above the first share their weights: building fifty
    costs more than everything else here.
    """
    first, above = (make(student, name, size).eval() for _ in range(2))
    for block in (first, above):
        fill(own(block), gain=0.1)
        block.requires_grad_(False)
    layer = next(p for p in own_parameters(first) if p.dim() > 1)
    layer.requires_grad_()
    leaf = x.clone().requires_grad_()
    y = first(leaf * 1)
    for _ in range(depth - 1):
        y = above(y)
    torch.autograd.backward(y.sum())
    return leaf.grad, layer.grad


@on_block
def expansion(student: Any, name: str, size: Size) -> Any:
    """Return the class attribute `expansion` of a block that can be built, or None."""
    make(student, name, size)
    return getattr(getattr(student, name), "expansion", None)


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
    block = RecordingBlock(weight)
    return student.gradient_norm(block), block.inputs


def counted(student: Any, trainable: list[int], frozen: list[int]) -> Any:
    """Return what `count_parameters` gives for a nested model with buffers.

    `trainable` and `frozen` are the sizes of its parameters.
    """
    model = nn.Sequential(
        nn.ParameterList([torch.zeros(n) for n in trainable]), nn.BatchNorm2d(1, affine=False)
    )
    inner = nn.ParameterList([torch.zeros(n) for n in frozen]).requires_grad_(False)
    return student.count_parameters(model.append(nn.Sequential(inner)))


def without_conv_biases(modules: Iterable[nn.Module]) -> int:
    """Return the number of parameters without convolution biases."""
    return sum(
        p.numel()
        for m in modules
        for key, p in m.named_parameters(recurse=False)
        if not (isinstance(m, nn.Conv2d) and key == "bias")
    )
