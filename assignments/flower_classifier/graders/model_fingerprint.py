"""The fingerprint of the student's model: shapes and samples of its parameters, and its base."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import architectures
import model_probes
import torch
from architectures import Architecture, Shape
from torch import Tensor

from autograder.checks import Submission, expect_tensor, fail

NUM_CLASSES = 102


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFingerprint:
    """What a worker tells of a model: its parameters' shapes, and values of each."""

    shapes: list[Shape]
    samples: Tensor  # (count, SAMPLE_SIZE)


def fingerprint_of(submission: Submission, *, pretrained: bool) -> ModelFingerprint:
    """Return the fingerprint of the student's model for 102 classes, as create_model gives it."""
    answer = submission.once(
        f"fingerprint {pretrained}",
        lambda: submission.run(model_probes.fingerprinted, NUM_CLASSES, pretrained),
    )
    if answer is None:
        fail("no_module")
    shapes = shapes_of(answer)
    form = (len(shapes), model_probes.SAMPLE_SIZE)
    return ModelFingerprint(
        shapes=shapes, samples=expect_tensor(answer["samples"], shape=form, dtype=torch.float64)
    )


def shapes_of(answer: Any) -> list[Shape]:
    """Check and return the parameters' shapes."""
    shapes = answer["shapes"]
    assert isinstance(shapes, list)
    assert all(type(s) is tuple and all(type(n) is int for n in s) for s in shapes)
    if not shapes:
        fail("no_parameters")
    return shapes


def flags_of(flags: Any, count: int) -> list[bool]:
    """Check and return one bool per parameter."""
    assert isinstance(flags, list)
    assert len(flags) == count
    assert all(type(flag) is bool for flag in flags)
    return flags


def known_base(submission: Submission) -> Architecture | None:
    """Return the architecture of the model, by its shapes alone."""
    return architectures.recognise(fingerprint_of(submission, pretrained=False).shapes)


def small_side(submission: Submission) -> int:
    """Return the side of the smallest images that the student's model takes."""
    base = known_base(submission)
    return base.image_size if base is not None else 64
