"""Stages of networks, from one cut to the next (runs inside, in a worker without student code).

What passes a cut is given as rows: the values of each image in the order in which they lie in
memory, with shape and strides of the batch. So a stage finds exactly the tensor that the stage
before it left, and the stages of a network compute what the whole of it does, to the bit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from autograder.programs.encoding import Encoded, decode
from autograder.programs.inference import FixedNetwork, channels_last, fold_norms
from autograder.programs.networks import DENIED, UNKNOWN, Answer, make_room
from autograder.programs.replayer import ReplayError
from autograder.programs.serving import normalised

MAX_STAGES = 2  # whose values a worker keeps
PLAIN, FAST = "plain", "norms folded, channels last"
Layout = tuple[list[int], list[int]]  # shape and strides of a batch

stages: dict[str, FixedNetwork] = {}  # by the judge's key


def fix_stage(
    key: str,
    encoded: Encoded,
    values: Mapping[str, Tensor],
    way: str,
    is_first: bool,
    onednn: bool,
) -> Answer:
    """Keep a stage, which the judge has decoded before, with its values and the way to run it."""
    torch.backends.mkldnn.set_flags(onednn)  # type: ignore[no-untyped-call]
    make_room(stages, MAX_STAGES)
    stage = FixedNetwork(recording=decode(encoded, is_checked=True), values=values)
    if way == FAST:
        # What passes a cut keeps its layout; images are brought into it.
        stage = replace(channels_last(fold_norms(stage)), is_channels_last=is_first)
    stages[key] = stage
    return {}


def run_stage(
    key: str,
    rows: Tensor,
    layout: Layout | None,
    mean: Sequence[float],
    deviation: Sequence[float],
    is_last: bool,
) -> Answer:
    """Return what a stage makes of whole batches: of rows with their layout, or of images.

    The answer is rows with their layout, or the outputs where the stage `is_last`. Images are in
    bytes where mean and deviation are given.
    """
    if key not in stages:
        return {UNKNOWN: key}
    (size, *_) = stages[key].recording.data.inputs[0].shape
    outputs = []
    try:
        for part in torch.split(rows, size):
            outputs.append(stages[key](_batch(part, layout, mean, deviation)))
        if is_last:
            return {"output": torch.cat(outputs)}
        layouts = {(tuple(each.shape), each.stride()) for each in outputs}
        if len(layouts) != 1 or not lies_in_rows(*next(iter(layouts))):
            return {"layout": None}
        ((shape, strides),) = layouts
        return {
            "rows": torch.cat([as_rows(each) for each in outputs]),
            "layout": (list(shape), list(strides)),
        }
    except (ReplayError, RuntimeError) as error:
        return {DENIED: str(error)[:500]}


def _batch(
    part: Tensor, layout: Layout | None, mean: Sequence[float], deviation: Sequence[float]
) -> Tensor:
    """Return the input of a stage for one batch."""
    if layout is not None:
        return part.contiguous().as_strided(*layout)
    return normalised(part, mean, deviation) if mean else part


def as_rows(batch: Tensor) -> Tensor:
    """Return the values of each image as they lie in memory: (B, values)."""
    count = batch.numel() // len(batch)
    return batch.as_strided((len(batch), count), (count, 1))


def lies_in_rows(shape: Sequence[int], strides: Sequence[int]) -> bool:
    """Return whether a tensor fills its memory, and each image a part of it without gaps."""
    sizes = [(stride, size) for stride, size in zip(strides, shape, strict=True) if size > 1]
    expected = 1
    for stride, size in sorted(sizes):
        if stride != expected:
            return False
        expected *= size
    return strides[0] == math.prod(shape[1:])
