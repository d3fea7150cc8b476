"""Tables in a model: constants and buffers that its architecture does not have, as evidence."""

from __future__ import annotations

import math
from collections import Counter

import architectures
import torch
from evaluation import program_of, transform_of

from autograder.checks import Program, Submission, empty_model

# Numbers of a constant or buffer: a mean and a deviation are far fewer, the labels of a test more.
MIN_TABLE_SIZE = 4096
MAX_TABLES = 5  # that are named
NORM_BUFFERS = ("running_mean", "running_var", "num_batches_tracked")


def tables_of(submission: Submission) -> list[str]:
    """Return the large tensors of a recorded model that no known architecture has, in words."""
    shape = transform_of(submission).shape
    if not shape:
        return []
    program = program_of(submission, shape[-3:], torch.float32)
    if program.data is None:
        return []
    found = [
        f"{'×'.join(map(str, value.shape))}"
        for value in program.constants.values()
        if value.numel() >= MIN_TABLE_SIZE
    ]
    known = known_buffers(program)
    for spec in program.buffers.values():
        is_norm = spec.name.endswith(NORM_BUFFERS)
        if math.prod(spec.shape) >= MIN_TABLE_SIZE and not is_norm:
            if known[spec.shape] > 0:
                known[spec.shape] -= 1
            else:
                found.append("×".join(map(str, spec.shape)))
    return found[:MAX_TABLES]


def known_buffers(program: Program) -> Counter[tuple[int, ...]]:
    """Return the shapes of the buffers that the published architecture has."""
    base = architectures.recognise([spec.shape for spec in program.parameters.values()])
    if base is None:
        return Counter()
    model = empty_model(next(architectures.files_of(base.name)))
    return Counter(tuple(buffer.shape) for buffer in model.buffers())
