"""Probes of the student's ResNet: build it from stub blocks, feed it, and report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

torch.backends.mkldnn.set_flags(False)  # see probes.py

TOO_SMALL = "the image is too small"

# Arguments: in_channels, out_channels, stride, whether a downsample was given.
Plan = tuple[Any, Any, Any, bool]


class WithoutMemory(TorchFunctionMode):
    """While it is active, tensors are made without memory and initialising them costs nothing."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Make on the meta device; skip whatever works in place."""
        kwargs, name = kwargs or {}, func.__name__
        if name in ("empty", "zeros", "ones"):
            kwargs["device"] = "meta"
        elif name.endswith("_") and not name.endswith("__") and name != "requires_grad_":
            return args[0] if args else kwargs["tensor"]
        return func(*args, **kwargs)


class StubBlock(nn.Module):
    """Stands in for a block: remembers how it was built."""

    expansion = 1

    def __init__(
        self, in_channels: Any, out_channels: Any, stride: Any = 1, *rest: Any, **named: Any
    ) -> None:
        super().__init__()
        modules = [v for v in (*rest, *named.values()) if isinstance(v, nn.Module)]
        self.shortcut = modules[0] if modules else None
        projected = self.shortcut is not None and any(True for _ in self.shortcut.parameters())
        # An empty Sequential is as good as None.
        self.plan: Plan = (in_channels, out_channels, stride, projected)


class WideStubBlock(StubBlock):
    """A stub block that widens, as a Bottleneck does."""

    expansion = 4


class ActiveStubBlock(StubBlock):
    """A stub block that scales whatever its shortcut carries, and remembers what it was fed."""

    def __init__(self, in_channels: Any, out_channels: Any, *rest: Any, **named: Any) -> None:
        super().__init__(in_channels, out_channels, *rest, **named)
        self.gain = nn.Parameter(torch.ones(out_channels, 1, 1))
        self.fed: tuple[int, ...] = ()

    def forward(self, x: Tensor) -> Tensor:
        """Return tanh(gain · shortcut(x))."""
        self.fed = tuple(x.shape)
        return torch.tanh(self.gain * (x if self.shortcut is None else self.shortcut(x)))


def stub_blocks(network: nn.Module) -> list[Any]:
    """Return the stub blocks of a network, in order."""
    return [m for m in network.modules() if isinstance(m, StubBlock)]


def without_conv_biases(modules: Iterable[nn.Module]) -> int:
    """Return the number of parameters without convolution biases and stub blocks."""
    return sum(
        p.numel()
        for m in modules
        for key, p in m.named_parameters(recurse=False)
        if not (isinstance(m, nn.Conv2d) and key == "bias") and not isinstance(m, StubBlock)
    )


def assembled(student: Any, wide: bool, depths: list[list[int]]) -> list[dict[str, Any]]:
    """Return the plans of the blocks of each network, and its number of other parameters."""
    answers = []
    for layers in depths:
        with WithoutMemory():
            network = student.ResNet(WideStubBlock if wide else StubBlock, layers)
        plans = [stub.plan for stub in stub_blocks(network)]
        answers.append({"plans": plans, "parameters": without_conv_biases(network.modules())})
    return answers


def load(network: nn.Module, values: dict[str, list[Any]]) -> str:
    """Give every layer its values, by shape and order.

    Return the kind of layer that does not fit, or "" where all fit.
    """
    slots: dict[str, list[list[Tensor | None]]] = {
        "convs": [[m.weight] for m in network.modules() if isinstance(m, nn.Conv2d)],
        "norms": [
            [m.weight, m.bias, m.running_mean, m.running_var]
            for m in network.modules()
            if isinstance(m, nn.BatchNorm2d)
        ],
        "gains": [[stub.gain] for stub in stub_blocks(network)],
        "linears": [[m.weight, m.bias] for m in network.modules() if isinstance(m, nn.Linear)],
    }
    for kind, wanted in values.items():
        for tensors in wanted:
            slot = next((s for s in slots[kind] if fits(s, tensors)), None)
            if slot is None:
                return kind
            slots[kind].remove(slot)
            for mine, value in zip(slot, tensors, strict=True):
                mine.data.copy_(value)  # type: ignore[union-attr]
    for module in network.modules():
        if isinstance(module, nn.Conv2d) and module.bias is not None:
            module.bias.data.zero_()  # a bias before a batch norm is allowed, and says nothing
        if isinstance(module, nn.BatchNorm2d):
            module.eps = 1e-5  # another one would be as good
    return ""


def fits(slot: list[Tensor | None], values: list[Tensor]) -> bool:
    """Return whether every tensor is there and has the shape of its value."""
    return all(
        mine is not None and mine.shape == value.shape
        for mine, value in zip(slot, values, strict=True)
    )


def answered(
    student: Any, layers: list[int], values: dict[str, list[Any]], x: Tensor, g: Tensor
) -> Any:
    """Return what each block is fed, the logits, and the gradient of (logits · g).sum() at x.

    In eval mode. Where the weights do not fit: the kind of layer that they do not fit.
    """
    network = student.ResNet(ActiveStubBlock, layers, g.shape[1]).eval().requires_grad_(False)
    if misfit := load(network, values):
        return {"misfit": misfit}
    leaf = x.clone().requires_grad_()
    try:
        y = network(leaf * 1)
    except RuntimeError:
        if x.shape[-1] < 224:
            return TOO_SMALL
        raise
    if isinstance(y, Tensor) and y.shape == g.shape and y.requires_grad:
        torch.autograd.backward((y * g).sum())
    return {"fed": [stub.fed for stub in stub_blocks(network)], "logits": y, "gradient": leaf.grad}


def owned(student: Any, block: str, layers: list[int]) -> int:
    """Return the number of parameters of a ResNet built from the student's own blocks.

    Convolution biases are not counted.
    """
    with WithoutMemory():
        network = student.ResNet(getattr(student, block), layers)
    return without_conv_biases(network.modules())
