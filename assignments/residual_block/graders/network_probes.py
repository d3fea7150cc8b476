"""What runs beside the student's code: it makes ResNets of stub blocks, and judges nothing."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

torch.backends.mkldnn.set_flags(False)  # see probes.py

GAIN = "gain"  # the parameter of a stub block; its name goes on with the arguments of the block
IN_CHANNELS_UNIT = 1024  # a stub block multiplies by stride + in_channels / this


INITIALISED = (nn.modules.conv._ConvNd, nn.modules.batchnorm._NormBase, nn.Linear)


class Uninitialised(TorchFunctionMode):
    """While it is active, initialising tensors costs nothing: what works in place is skipped."""

    def __enter__(self) -> Any:
        """Let layers skip it whole."""
        self.originals = [layer.reset_parameters for layer in INITIALISED]
        for layer in INITIALISED:
            layer.reset_parameters = lambda self: None
        return super().__enter__()

    def __exit__(self, *args: Any) -> None:
        """Let layers initialise themselves again."""
        for layer, original in zip(INITIALISED, self.originals, strict=True):
            layer.reset_parameters = original
        super().__exit__(*args)

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run a function that does not work in place."""
        kwargs, name = kwargs or {}, func.__name__
        if name.endswith("_") and not name.endswith("__") and name != "requires_grad_":
            return args[0] if args else kwargs["tensor"]
        return func(*args, **kwargs)


class StubBlock(nn.Module):
    """Stands in for a block: gain · (1 + shortcut(x) · (stride + in_channels / 1024)).

    The name of the gain has the arguments: in_channels, out_channels, stride, and whether there is
    a downsample. Where channels do not fit, it goes on with the first one.
    """

    expansion = 1
    has_gain = True  # whether its gain is a parameter; else it has only the name

    def __init__(
        self, in_channels: Any, out_channels: Any, stride: Any = 1, *rest: Any, **named: Any
    ) -> None:
        super().__init__()
        modules = [v for v in (*rest, *named.values()) if isinstance(v, nn.Module)]
        self._modules["shortcut"] = modules[0] if modules else None
        # An empty Sequential is as good as None.
        projected = bool(modules) and any(True for _ in parameters_in(modules[0]))
        if isinstance(stride, tuple) and stride == stride[:1] * 2:
            stride = stride[0]
        plan = [n if type(n) is int else 0 for n in (in_channels, out_channels, stride)]
        gain = f"{GAIN}_{'_'.join(map(str, plan))}_{int(projected)}"
        if self.has_gain:
            value = torch.ones(plan[1] * self.expansion, 1, 1)
            self.register_parameter(gain, nn.Parameter(value))
        vars(self).update(gain=gain, factor=plan[2] + plan[0] / IN_CHANNELS_UNIT)

    def forward(self, x: Tensor) -> Tensor:
        """Return the output of the stub."""
        gain = self.get_parameter(self.gain)
        carried = x
        if self.shortcut is not None:
            try:
                carried = self.shortcut(x)
            except RuntimeError:  # of other channels: the name of the gain shows why
                carried = x[:, :1]
        if carried.shape[1] != len(gain):
            carried = carried[:, :1]
        return torch.addcmul(gain, carried, gain, value=self.factor)


def stub_of(expansion: int, has_gain: bool = True) -> type[StubBlock]:
    """Return the class of stub blocks with an expansion."""
    return type("StubBlock", (StubBlock,), {"expansion": expansion, "has_gain": has_gain})


def parameters_in(network: nn.Module) -> Any:
    """Yield each parameter of a network with the module that holds it and its name there."""
    for module in network.modules():
        for key, value in vars(module)["_parameters"].items():
            if value is not None:
                yield module, key, value


def of_stubs(student: Any, expansion: int, layers: list[int], num_classes: int) -> Any:
    """Return a ResNet of stub blocks."""
    with Uninitialised():
        return student.ResNet(stub_of(expansion), layers, num_classes)


class WithoutMemory(Uninitialised):
    """While it is active, tensors are made without memory, too."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Make on the meta device."""
        kwargs = kwargs or {}
        if func.__name__ in ("empty", "zeros", "ones"):
            kwargs["device"] = "meta"
        return super().__torch_function__(func, types, args, kwargs)


def assembled(student: Any, expansion: int, depths: list[list[int]]) -> list[Any]:
    """Return the gains of each ResNet of stub blocks, and its number of other parameters."""
    answers = []
    for layers in depths:
        with WithoutMemory():
            network = student.ResNet(stub_of(expansion, has_gain=False), layers)
        gains = [m.gain for m in network.modules() if isinstance(m, StubBlock)]
        answers.append({"gains": gains, "parameters": count_without_biases(network)})
    return answers


def count_without_biases(network: nn.Module) -> int:
    """Return the number of parameters without convolution biases and stub blocks."""
    return sum(
        value.numel()
        for module, key, value in parameters_in(network)
        if not (isinstance(module, nn.Conv2d) and key == "bias")
        and not isinstance(module, StubBlock)
    )


def owned(student: Any, block: str, layers: list[int]) -> int:
    """Return the number of parameters of a ResNet built from the student's own blocks.

    Convolution biases are not counted.
    """
    with WithoutMemory():
        network = student.ResNet(getattr(student, block), layers)
    return count_without_biases(network)
