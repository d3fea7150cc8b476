"""Fingerprint weights (both sides): values that follow from the name of a weights file alone.

They stand for files that were not fetched. They have the shapes of the architecture, and no fresh
initialisation gives them. Nothing is stored: large tensors are overlapping views of a small pool of
numbers, and the model that loads them makes the only copy.
"""

from __future__ import annotations

import functools
import math
import zlib

import torch
from torch import Tensor

from autograder.sandbox.weight_files import build

State = dict[str, Tensor]  # the tensors of a model, by name

POOL_SIZE = (1 << 18) - 5  # numbers; a prime, so that no two rows of a layer are alike
POOL_SEED = 102
BATCHES_TRACKED = 1000  # of every batch normalisation


def fingerprint(file: str) -> State:
    """Return a value for every tensor of the model that `file` belongs to; always the same ones."""
    start = zlib.crc32(file.encode())
    state: State = {}
    for name, tensor in shapes_of(file).items():
        state[name] = _value(name, tensor, zlib.crc32(name.encode(), start))
    return state


@functools.cache
def shapes_of(file: str) -> State:
    """Return the tensors of a model without values, but for tables of indices."""
    state = build(file).state_dict()
    if all(_is_drawn(name, tensor) for name, tensor in state.items()):
        return state
    return build(file, "cpu").state_dict()


def _is_drawn(name: str, tensor: Tensor) -> bool:
    return tensor.is_floating_point() or name.endswith("num_batches_tracked")


@functools.cache
def pool(scale: float = 1.0) -> Tensor:
    """Return the pool of normal numbers, times `scale`."""
    if scale == 1.0:
        return torch.randn(POOL_SIZE, generator=torch.Generator().manual_seed(POOL_SEED))
    return pool() * scale


def _value(name: str, like: Tensor, start: int) -> Tensor:
    """Return a tensor like `like`; its magnitude suits its role, which its name tells."""
    if not like.is_floating_point():
        return like if like.dim() else torch.full((), BATCHES_TRACKED, dtype=like.dtype)
    role = name.rpartition(".")[2]
    if like.dim() > 1:
        scale = math.sqrt(2 / like[0].numel()) if "weight" in role else 0.1
        return _drawn(like.shape, start, scale).to(like.dtype)
    x = _drawn(like.shape, start, 1.0)
    if role == "running_var":
        return (0.75 + 0.25 * x.abs()).to(like.dtype)
    scaled = 0.1 * x
    return (1 + scaled if role == "weight" else scaled).to(like.dtype)


def _drawn(shape: torch.Size, start: int, scale: float) -> Tensor:
    """Return numbers of the pool times `scale`; the rows of a large tensor overlap."""
    count = shape.numel()
    if count <= POOL_SIZE:
        first = start % (POOL_SIZE - count + 1)
        return pool()[first : first + count].reshape(shape) * scale
    width = count // shape[0] if shape else 1
    spare = POOL_SIZE - width
    if len(shape) < 2 or spare < 2 * shape[0]:  # the pool is repeated as often as needed
        rounds = -(-(start % POOL_SIZE + count) // POOL_SIZE)
        numbers = pool().repeat(rounds)[start % POOL_SIZE :][:count]
        return numbers.reshape(shape) * scale
    first = start % (spare // 2)
    step = min(width, (spare - first) // (shape[0] - 1)) if shape[0] > 1 else width
    inner = torch.empty(shape[1:], device="meta").stride()
    return pool(scale).as_strided(shape, (step, *inner), first)
