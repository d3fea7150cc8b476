"""What logits say against labels: a Measurement, its level, and the classes that fare best and
worst.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import torch

from autograder.measuring.accuracy.bounds import wilson
from autograder.model import Measurement, ScaleBand

CLASSES = 102


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """How many images of one class were recognised."""

    label: int  # 0..101
    right: int
    n: int

    @property
    def share(self) -> Fraction:
        """The recall."""
        return Fraction(self.right, self.n)


def measurement_of(
    logits: torch.Tensor, labels: torch.Tensor, *, list: str, signature: str
) -> Measurement:
    """The measurement of a whole list: logits (n, classes) against labels (n,), with Wilson's 95 %
    interval.
    """
    ranked = by_rank(logits)  # (n, classes)
    right = ranked == labels[:, None]
    n, correct = len(labels), int(right[:, 0].sum())
    return Measurement(
        list=list,
        correct=correct,
        n=n,
        total=n,
        top5=int(right[:, :5].sum()),
        interval=wilson(correct, n),
        confusion=confusion_of(labels, ranked[:, 0], logits.shape[1]),
        signature=signature,
        decided_by="full",
    )


def by_rank(logits: torch.Tensor) -> torch.Tensor:
    """The classes of each row of `logits` (n, classes), the likeliest first; of equals the lower
    number first.
    """
    return logits.sort(dim=1, descending=True, stable=True).indices


def confusion_of(
    labels: torch.Tensor, predicted: torch.Tensor, classes: int
) -> tuple[tuple[int, ...], ...]:
    """Counts by true class (rows) and predicted class (columns)."""
    counts = torch.bincount(labels * classes + predicted, minlength=classes * classes)
    return tuple(tuple(row) for row in counts.reshape(classes, classes).tolist())


def recalls(confusion: Sequence[Sequence[int]]) -> list[Recall]:
    """The recall of every class that was seen, the worst first; of equals the one with more images
    first.
    """
    seen = [
        Recall(label=k, right=row[k], n=sum(row)) for k, row in enumerate(confusion) if sum(row)
    ]
    return sorted(seen, key=lambda r: (r.share, -r.n, r.label))


def level(accuracy: Fraction, bands: Sequence[ScaleBand]) -> ScaleBand:
    """The band that an accuracy (0..1) reaches; `bands` state their least in percent, the highest
    first.
    """
    return next(band for band in bands if accuracy * 100 >= band.least)


def signature_of(logits: torch.Tensor) -> str:
    """A digest of logits, rounded to hundredths: the same for the same weights asked the same
    question.
    """
    hundredths = (logits.double() * 100).round().clamp(-1e15, 1e15).to(torch.int64)
    return hashlib.sha256(str(hundredths.tolist()).encode()).hexdigest()
