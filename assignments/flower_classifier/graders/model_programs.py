"""The student's models as programs: what reaches their logits, and what passes on the way."""

from __future__ import annotations

import math
from collections.abc import Iterator

import model_probes
import torch
from torch import Tensor

from autograder.checks import Program, Submission, fail

IMAGE_SIDE = 224  # pixels: every published network takes such images
MAX_TRIED = 8  # tensors of a program that are looked at for features, the last ones first
PLAIN_TYPES = ("NoneType", "tuple", "list", "dict", "str")


def model_program(
    submission: Submission, num_classes: int, *, pretrained: bool, side: int = IMAGE_SIDE
) -> Program:
    """Return the program of the model that create_model gives, for two images."""
    return submission.program(
        model_probes.build, num_classes, pretrained, example=(2, 3, side, side)
    )


def require_logits(program: Program, num_classes: int) -> None:
    """Fail the check unless a recorded program gives so many numbers for each of its two images."""
    data = program.data
    if data is None:
        return
    if data.result is None:
        kind = data.result_type
        fail("output_is_no_tensor", got=kind if kind in PLAIN_TYPES else "…")
    require_shape(data.specs[data.result].shape, num_classes)


def require_shape(shape: tuple[int, ...], num_classes: int) -> None:
    """Fail the check unless this is the shape of logits for two images."""
    expected = [2, num_classes]
    if list(shape) != expected:
        fail("other_logits", num_classes=num_classes, got=list(shape), expected=expected)


def leading_to_result(program: Program) -> list[int]:
    """Return the numbers of the tensors from which the result is computed, in their order."""
    data = program.data
    if data is None or data.result is None:
        return []
    needed = {data.result}
    for operation in reversed(data.operations):
        if needed & set(operation.outputs):
            needed.update(operation.sources)
    made: dict[int, None] = {}
    for operation in data.operations:
        made.update(dict.fromkeys(number for number in operation.outputs if number in needed))
    return list(made)


def of_width(program: Program, width: int) -> list[int]:
    """Return the tensors on the way to the result with `width` numbers for each of two images."""
    if program.data is None:
        return []
    specs = program.data.specs
    numbers = leading_to_result(program)
    return [
        number
        for number in numbers
        if specs[number].shape[:1] == (2,) and math.prod(specs[number].shape) == 2 * width
    ]


def features_of(program: Program, x: Tensor, width: int) -> Iterator[Tensor]:
    """Yield what passes on the way to the logits with `width` numbers per image: (2, width)."""
    for number in of_width(program, width)[: -MAX_TRIED - 1 : -1]:
        with torch.no_grad():
            yield program.up_to(number)(x).flatten(1)
