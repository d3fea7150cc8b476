"""The probe of `autograder draw`: it makes a student's network and records it."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from autograder.programs.encoding import encode
from autograder.programs.record_network import record_network
from autograder.programs.recorder import Unrecordable

PLACE = "<draw>"  # the file name of the expression that is evaluated
SAMPLES = 2  # in an example: with one, its size could be taken for that of a side
IMAGE_SIDES = (
    224,
    64,
    32,
)  # of a picture with three channels, in the order in which they are tried
MAP_SIDES = (32, 64, 224)  # of feature maps
TOKENS = 16  # in an example of a text


def record(
    student: Any, name: str, arguments: Sequence[str], shape: Sequence[int] | None, train: bool
) -> dict[str, Any]:
    """Return the program of `name(arguments)` with the shape of its example; or what is wrong.

    Without a shape, the first that the network takes is used of those that fit its first layer.
    """
    try:
        network = _made(student, name, arguments)
    except Exception as error:
        if _is_of_expression(error):
            return {"wrong": "call", "why": f"{type(error).__name__}: {error}"}
        raise
    if not isinstance(network, nn.Module):
        return {"wrong": "no_network", "why": type(network).__name__}
    network.train(train)
    examples = [torch.randn(tuple(shape))] if shape is not None else list(_examples(network))
    last: Exception | None = None
    for example in examples:
        try:
            recording = record_network(network, [example])
        except Unrecordable as error:
            return {"wrong": "unrecordable", "why": str(error)}
        except Exception as error:
            last = error
            continue
        return {"recording": encode(recording), "shape": [*example.shape]}
    if last is None:
        return {"wrong": "no_example", "why": ""}
    raise last


def _made(student: Any, name: str, arguments: Sequence[str]) -> object:
    """Return what the call makes, or what the name stands for where that is a network already."""
    names = vars(student._module)
    if not arguments:
        value = eval(compile(name, PLACE, "eval"), names)
        if isinstance(value, nn.Module):
            return value
    call = ast.parse(f"{name}({', '.join(arguments)})", PLACE, "eval")
    return eval(compile(call, PLACE, "eval"), names)


def _is_of_expression(error: Exception) -> bool:
    """Return whether an error is of the call itself, and of no code that it runs."""
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    is_innermost = step is not None and step.tb_frame.f_code.co_filename == PLACE
    return is_innermost or isinstance(error, SyntaxError)


def _examples(network: nn.Module) -> Iterator[Tensor]:
    """Yield inputs that the first layer of a network may take."""
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d):
            sides = IMAGE_SIDES if layer.in_channels == 3 else MAP_SIDES
            for side in sides:
                yield torch.randn(SAMPLES, layer.in_channels, side, side)
            return
        if isinstance(layer, nn.Conv1d):
            yield torch.randn(SAMPLES, layer.in_channels, MAP_SIDES[0])
            return
        if isinstance(layer, nn.Embedding):
            yield torch.zeros(SAMPLES, TOKENS, dtype=torch.long)
            return
        if isinstance(layer, (nn.Linear, nn.LayerNorm)):
            width = layer.in_features if isinstance(layer, nn.Linear) else layer.normalized_shape[0]
            yield torch.randn(SAMPLES, width)
            yield torch.randn(SAMPLES, TOKENS, width)
            return
        if isinstance(layer, nn.BatchNorm2d):
            yield torch.randn(SAMPLES, layer.num_features, MAP_SIDES[0], MAP_SIDES[0])
            return
    if not any(True for _ in itertools.chain(network.parameters(), network.buffers())):
        yield torch.randn(SAMPLES, 3, MAP_SIDES[0], MAP_SIDES[0])
