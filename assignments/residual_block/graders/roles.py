"""Which parameter of a program plays which role, by use, whatever its name."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from probes import GIVEN_CONV, GIVEN_NORM
from reference import EPS, Layer
from torch import Tensor

from autograder.checks import Layer as UsedLayer
from autograder.checks import LayerKind, Program

WEIGHT_DIMENSIONS = 4  # of a convolution
MAX_EPS = 0.1  # of a norm that still normalises
NORM_PARTS = ("weight", "bias", "running_mean", "running_var")

Shape = tuple[int, ...]
State = dict[str, Tensor]  # parameters and buffers by name


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """The names of a convolution's weight, and of its batch norm."""

    weight: str
    gamma: str
    beta: str
    mean: str
    variance: str
    eps: float

    def values(self, layer: Layer) -> State:
        """Return the values of a layer by these names."""
        return {
            self.weight: layer.weight,
            self.gamma: layer.gamma,
            self.beta: layer.beta,
            self.mean: layer.mean,
            self.variance: layer.variance,
        }


def given_prefix(program: Program) -> str | None:
    """Return what the names of the downsample's tensors begin with; None where it is not there."""
    end = f"{GIVEN_CONV}.weight"
    return next((n.removesuffix(end) for n in program.parameters if n.endswith(end)), None)


def given_role(program: Program) -> Role | None:
    """Return the role that the downsample plays; None where the block does not hold it."""
    prefix = given_prefix(program)
    if prefix is None:
        return None
    gamma, beta, mean, variance = (f"{prefix}{GIVEN_NORM}.{part}" for part in NORM_PARTS)
    return Role(
        weight=f"{prefix}{GIVEN_CONV}.weight",
        gamma=gamma,
        beta=beta,
        mean=mean,
        variance=variance,
        eps=EPS,
    )


def own_names(program: Program) -> list[str]:
    """Return the parameters of a block without those of the downsample that it was given."""
    role = given_role(program)
    given = () if role is None else (role.weight, role.gamma, role.beta)
    return [name for name in program.parameters if name not in given]


def conv_biases(program: Program) -> set[str]:
    """Return the biases of convolutions, by use or by the weight beside them."""
    used = {layer.bias for layer in _used(program, LayerKind.CONVOLUTION) if layer.bias is not None}
    weights = (name for name in _registered_convs(program) if name.endswith("weight"))
    beside = {f"{name.removesuffix('weight')}bias" for name in weights}
    return used | {name for name in beside if name in program.parameters}


def count_without_biases(program: Program, names: Iterable[str]) -> int:
    """Return the number of parameters without convolution biases."""
    biases = conv_biases(program)
    return sum(math.prod(program.parameters[n].shape) for n in names if n not in biases)


# ---------------------------------------------------------------- by use


def roles_of(program: Program, shapes: Sequence[Shape]) -> list[Role] | None:
    """Return the roles of a network's layers, whose weights have these shapes, in order.

    None where its convolutions and norms are others. Where the network is not recorded, the order
    is the one in which they were made.
    """
    convs, norms = _convs(program), _norms(program)
    if len(convs) != len(shapes) or len(norms) != len(shapes):
        return None
    for conv, norm, shape in zip(convs, norms, shapes, strict=True):
        if not _fits(program, conv, norm, shape):
            return None
    return [
        Role(weight=conv, gamma=norm[0], beta=norm[1], mean=norm[2], variance=norm[3], eps=eps)
        for conv, norm, eps in zip(convs, norms, _eps(program, norms), strict=True)
    ]


def conv_shapes(program: Program) -> list[Shape]:
    """Return the shapes of the convolutions that a network uses, the downsample's left out."""
    return [program.parameters[name].shape for name in _convs(program) if name]


def _fits(program: Program, conv: str, norm: tuple[str, ...], shape: Shape) -> bool:
    tensors = {**program.parameters, **program.buffers}
    wanted = (shape, *((shape[0],) for _ in NORM_PARTS))
    for name, expected in zip((conv, *norm), wanted, strict=True):
        if name not in tensors or tensors[name].shape != tuple(expected):
            return False
    return True


def _used(program: Program, kind: LayerKind) -> Iterator[UsedLayer]:
    prefix = given_prefix(program)
    for layer in program.layers:
        is_given = prefix is not None and (layer.weight or "").startswith(f"{prefix}given_")
        if layer.kind is kind and not is_given:
            yield layer


def _convs(program: Program) -> list[str]:
    """Return the weights of the convolutions, each once; "" for one that has no name."""
    if not program.recorded:
        return _registered_convs(program)
    return list(
        dict.fromkeys(layer.weight or "" for layer in _used(program, LayerKind.CONVOLUTION))
    )


def _norms(program: Program) -> list[tuple[str, ...]]:
    """Return the names of weight, bias, mean and variance of the norms, each once."""
    if not program.recorded:
        return _registered_norms(program)
    used = _used(program, LayerKind.NORM)
    return list(dict.fromkeys(_norm_names(layer) for layer in used))


def _norm_names(layer: UsedLayer) -> tuple[str, ...]:
    return tuple(name or "" for name in (layer.weight, layer.bias, layer.mean, layer.variance))


def _eps(program: Program, norms: Sequence[tuple[str, ...]]) -> list[float]:
    known = {_norm_names(layer): layer.eps for layer in _used(program, LayerKind.NORM)}
    return [min(known.get(norm) or EPS, MAX_EPS) for norm in norms]


# ---------------------------------------------------------------- by registration


def registered_counts(program: Program) -> tuple[int, int]:
    """Return how many convolutions a block holds, and how many whole batch norms."""
    return len(_registered_convs(program)), len(_registered_norms(program))


def _registered_convs(program: Program) -> list[str]:
    return [n for n in own_names(program) if len(program.parameters[n].shape) == WEIGHT_DIMENSIONS]


def _registered_norms(program: Program) -> list[tuple[str, ...]]:
    tensors = {**program.parameters, **program.buffers}
    prefixes = [
        name.removesuffix("weight") for name in own_names(program) if name.endswith("weight")
    ]
    norms = [tuple(prefix + part for part in NORM_PARTS) for prefix in prefixes]
    return [norm for norm in norms if all(name in tensors for name in norm)]


# ---------------------------------------------------------------- values


def draw_state(
    program: Program, gain: float = 1.0, known: Mapping[str, Tensor] | None = None
) -> State:
    """Draw values of parameters and buffers that switch no channel off behind a ReLU.

    Weights are `gain` times as large as usual. What is `known` is taken as it is.
    """
    state = dict(known or {})
    for name, spec in program.parameters.items():
        if name in state:
            continue
        if len(spec.shape) > 1:
            std = gain * math.prod(spec.shape[1:]) ** -0.5
            state[name] = torch.randn(spec.shape) * std
        else:
            state[name] = torch.rand(spec.shape) + 0.5
    means = {norm[2] for norm in _norms(program)}
    for name, buffer in program.buffers.items():
        if name in state:
            continue
        if name in means or not buffer.dtype.is_floating_point:
            state[name] = torch.zeros(buffer.shape, dtype=buffer.dtype)
        else:
            state[name] = torch.rand(buffer.shape) + 0.5
    return state
