"""Recall of each class, and the level of an accuracy: what pages need, without torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from autograder.model import ScaleBand


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassRecall:
    """How many images of one class were recognised."""

    label: int  # 0..101
    right: int
    n: int  # images of the class

    @property
    def share(self) -> Fraction:
        """Return the recall, between 0 and 1."""
        return Fraction(self.right, self.n)


def recalls(confusion: Sequence[Sequence[int]]) -> list[ClassRecall]:
    """Return the recall of every class that was seen, the worst first, then the larger class."""
    seen = []
    for label, row in enumerate(confusion):
        if sum(row):
            seen.append(ClassRecall(label=label, right=row[label], n=sum(row)))
    return sorted(seen, key=lambda recall: (recall.share, -recall.n, recall.label))


def level(accuracy: Fraction, bands: Sequence[ScaleBand]) -> ScaleBand:
    """Return the band that an accuracy (0..1) reaches; `bands` are in percent, highest first."""
    return next(band for band in bands if accuracy * 100 >= band.least)
