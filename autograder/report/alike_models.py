"""Models that make the same mistakes: compared by their predictions, image by image.

Two models are alike if of the images that at least one of them gets wrong nearly all get the same
wrong class from both. What both get right says little: good models agree there anyway.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

BITS_OF_A_CLASS = 7  # the eighth says that the class is wrong
WRONG_BIT = 7
MIN_SHARED = 0.9  # of the images that one of them gets wrong; docs say what others share
# Few images may agree by chance: of n + 9 images MIN_CERTAIN must agree, Wilson's bound at 3 sigma.
MIN_CERTAIN, UNCERTAIN_IMAGES = 0.8, 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictions:
    """The predictions of a model; each number has a bit for every image of the list."""

    total: int  # images of the list
    measured: int
    wrong: int
    classes: tuple[int, ...]  # the bits of 1 + the predicted class


def read_predictions(text: str) -> Predictions | None:
    """Return the predictions that `Measurement.predictions` holds; None where there are none."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    if not any(data):
        return None
    return Predictions(
        total=len(data),
        measured=_bits(data, lambda byte: byte != 0),
        wrong=_bits(data, lambda byte: bool(byte >> WRONG_BIT & 1)),
        classes=tuple(
            _bits(data, lambda byte, place=place: bool(byte >> place & 1))  # type: ignore[misc]
            for place in range(BITS_OF_A_CLASS)
        ),
    )


def _bits(data: bytes, is_set: Callable[[int], bool]) -> int:
    """Return a number with a bit for each byte."""
    table = bytes(ord("1") if is_set(byte) else ord("0") for byte in range(256))
    return int(data.translate(table), 2)


def share_mistakes(one: Predictions, other: Predictions) -> bool:
    """Return whether two models make nearly the same mistakes on the images measured of both."""
    if one.total != other.total:
        return False
    measured = one.measured & other.measured
    either = ((one.wrong | other.wrong) & measured).bit_count()
    both = one.wrong & other.wrong & measured
    least = max(MIN_SHARED * either, MIN_CERTAIN * (either + UNCERTAIN_IMAGES))
    if both.bit_count() < least:
        return False
    differing = 0
    for mine, yours in zip(one.classes, other.classes, strict=True):
        differing |= mine ^ yours
    return (both & ~differing).bit_count() >= least


def alike_models(texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield each pair of students, of those with predictions, whose models are alike."""
    read = {student: read_predictions(text) for student, text in texts.items()}
    known = {student: each for student, each in read.items() if each is not None}
    for one, other in combinations(known, 2):
        if share_mistakes(known[one], known[other]):
            yield one, other
