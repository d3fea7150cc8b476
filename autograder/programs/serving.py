"""Answers of recorded networks to many images, with fixed values (runs inside, in a worker that
holds no student code), and the values themselves (in the student's).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from autograder.programs.inference import FixedNetwork, fastest
from autograder.programs.networks import (
    DENIED,
    UNKNOWN,
    Answer,
    RecordedNetwork,
    make,
    modules,
    networks,
)
from autograder.programs.replayer import ReplayError

fixed: dict[str, FixedNetwork] = {}  # by the judge's key
compared: set[str] = set()  # keys of those whose fastest way was found


def part_of_first_value(
    student: object,
    key: str,
    source: str,
    name: str,
    args: Sequence[object],
    tensor: str,
    start: int,
    stop: int,
) -> Tensor | None:
    """Return the elements from `start` to `stop` of a parameter or buffer; it may be large."""
    if isinstance(make(student, key, source, name, args), str):
        return None
    value = modules[key].first_values.get(tensor)
    return None if value is None else value.detach().reshape(-1)[start:stop].clone()


def fix(key: str, values: Mapping[str, Tensor]) -> Answer:
    """Give a recorded network the values with which it answers by `infer`."""
    network = networks.get(key)
    if not isinstance(network, RecordedNetwork):
        return {UNKNOWN: key}
    fixed[key] = FixedNetwork(recording=network.recording, values=values)
    compared.discard(key)
    return {}


def infer(key: str, images: Tensor, mean: Sequence[float], deviation: Sequence[float]) -> Answer:
    """Return the outputs for whole batches of images (n, channels, H, W).

    Where mean and deviation of each channel are given, images are in bytes, and are scaled to 1 and
    normalised.
    """
    if key not in fixed:
        return {UNKNOWN: key}
    (size, *_) = fixed[key].recording.data.inputs[0].shape
    outputs = []
    try:
        for batch in torch.split(images, size):
            x = normalised(batch, mean, deviation) if mean else batch
            outputs.append(_output(key, x))
        return {"output": torch.cat(outputs)}
    except (ReplayError, RuntimeError) as error:
        return {DENIED: str(error)[:500]}


def _output(key: str, x: Tensor) -> Tensor:
    """Return the output of one batch; the first one finds the fastest way."""
    if key in compared:
        return fixed[key](x)
    fixed[key], output = fastest(fixed[key], x)
    compared.add(key)
    return output


def normalised(images: Tensor, mean: Sequence[float], deviation: Sequence[float]) -> Tensor:
    """Return what torchvision's ToTensor and Normalize make of images in bytes (B, C, H, W)."""
    x = images.to(torch.float32).div(255)
    return x.sub_(torch.tensor(mean)[:, None, None]).div_(torch.tensor(deviation)[:, None, None])
