"""The submitted model and the evaluation transform, asked about images.

The model is recorded, and replayed where no student code is. A transform that is the standard one
on photos that were drawn is replaced by ours, so that no image of the test reaches student code.
Any other transform gets the images without their names, and gives them to the replay.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import checkpoint_probes
import torch
from torch import Tensor

from autograder.checks import (
    PreparedImages,
    Program,
    Submission,
    draw_photos,
    evaluated,
    fail,
)

BATCH_SIZE = checkpoint_probes.BATCH_SIZE
SEED_BOUND = 1 << 31
PLAIN_TYPES = ("NoneType", "tuple", "list", "dict", "str")
MAX_QUESTION_BYTES = 24 << 20  # of the transformed images that are asked for at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Transform:
    """The evaluation transform, as it answers photos that were drawn."""

    shape: tuple[int, ...]  # of a photo: (3, H, W), or (crops, 3, H, W); () where it fails
    is_standard: bool  # whether it gives each photo as the standard evaluation does

    @property
    def question_size(self) -> int:
        """How many images it may be asked about at once."""
        size = 4 * int(torch.Size(self.shape).numel()) if self.shape else MAX_QUESTION_BYTES
        return max(1, min(BATCH_SIZE, MAX_QUESTION_BYTES // max(1, size)))


def transform_of(submission: Submission) -> Transform:
    """Return what is known of the evaluation transform."""
    return submission.once("evaluation transform", lambda: _try_transform(submission))


def _try_transform(submission: Submission) -> Transform:
    shape: tuple[int, ...] | None = None
    is_standard = True
    for photo in draw_photos(int(torch.randint(SEED_BOUND, ()))):
        answer = submission.prepare(checkpoint_probes.transformed, [photo])
        if not isinstance(answer, Tensor):
            return Transform(shape=(), is_standard=False)
        shape = shape or tuple(answer.shape[1:])
        expected = evaluated(photo)[None]
        is_equal = answer.dtype == expected.dtype and torch.equal(answer, expected)
        is_standard = is_standard and is_equal
    assert shape is not None
    return Transform(shape=shape, is_standard=is_standard)


def program_of(submission: Submission, shape: tuple[int, ...], dtype: torch.dtype) -> Program:
    """Return the program of the submitted model for images of one shape."""
    example = torch.empty(BATCH_SIZE, *shape, dtype=dtype)
    return submission.program(checkpoint_probes.model_of_the_checkpoint, example=example)


def standard_program(submission: Submission) -> Program | None:
    """Return the program that answers the images as we prepare them; None where there is none."""
    if not transform_of(submission).is_standard:
        return None
    program = program_of(submission, transform_of(submission).shape, torch.float32)
    return program if program.recorded else None


def answer_crops(program: Program, crops: list[Tensor]) -> Any:
    """Return the logits for crops in bytes, which the judge made."""
    return checked(program) or program.infer(
        torch.stack(crops), PreparedImages.mean, PreparedImages.deviation
    )


def answer_jpegs(submission: Submission, jpegs: list[bytes]) -> Any:
    """Return the logits for JPEGs, through the student's evaluation transform."""
    size = transform_of(submission).question_size
    parts = [
        transformed(submission, jpegs[start : start + size]) for start in range(0, len(jpegs), size)
    ]
    if any(part.shape[1:] != parts[0].shape[1:] for part in parts):
        fail("evaluation_gives_sizes", first=_size(parts[0]), second=_size(parts[-1]))
    x = torch.cat(parts)
    images = x.flatten(0, -4)  # (n, 3, H, W), of all crops
    program = program_of(submission, tuple(images.shape[1:]), images.dtype)
    if not program.recorded:
        return said(submission.run(checkpoint_probes.logits, jpegs))
    given = checked(program) or program.infer(images)
    return given if x.dim() == 4 or given.dim() != 2 else given.unflatten(0, x.shape[:2]).mean(1)


def _size(images: Tensor) -> list[int]:
    return list(images.shape[1:])


def checked(program: Program) -> None:
    """Fail the check where the model returns no tensor."""
    if program.data is not None and program.data.result is None:
        kind = program.data.result_type
        fail("logits_no_tensor", got=kind if kind in PLAIN_TYPES else "…")


def transformed(submission: Submission, jpegs: list[bytes]) -> Tensor:
    """Return the images that the evaluation transform makes; fail where it gives none."""
    answer = said(submission.prepare(checkpoint_probes.transformed, jpegs))
    assert isinstance(answer, Tensor)
    assert len(answer) == len(jpegs)
    assert 4 <= answer.dim() <= 5
    return answer


def said(answer: Any) -> Any:
    """Return an answer about images; fail where the evaluation transform gives no images."""
    if not isinstance(answer, dict):
        return answer
    shapes = answer.get("shapes")
    if not isinstance(shapes, list):
        kind = answer.get("type")
        fail(
            "evaluation_gives",
            got=kind if kind in ("Image", "ndarray", "NoneType", "tuple", "list") else "…",
        )
    assert shapes
    assert all(type(shape) is list and all(type(n) is int for n in shape) for shape in shapes)
    if len(shapes) > 1:
        fail("evaluation_gives_sizes", first=shapes[0], second=shapes[1])
    return fail("evaluation_gives", got=shapes[0])


def is_recorded(submission: Submission) -> bool:
    """Return whether the model that answered was replayed."""
    transform = transform_of(submission)
    if not transform.shape:
        return False
    return program_of(submission, transform.shape[-3:], torch.float32).recorded
