"""Statistics of logits against labels: a Measurement, its level, and the recall of each class."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import torch

from autograder.measuring.accuracy.bounds import wilson
from autograder.model import Measurement, ScaleBand


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


def measurement_of(
    logits: torch.Tensor, labels: torch.Tensor, *, image_list: str, signature: str
) -> Measurement:
    """Return the measurement of a whole list: logits (n, classes) against labels (n,).

    Its interval is Wilson's at 95 %. `image_list` says in words which images these are.
    """
    ranked = by_rank(logits)  # (n, classes)
    right = ranked == labels[:, None]
    n, correct = len(labels), int(right[:, 0].sum())
    return Measurement(
        list=image_list,
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
    """Return the classes of each row (n, classes), the likeliest first, of equals the lower."""
    return logits.sort(dim=1, descending=True, stable=True).indices


def confusion_of(
    labels: torch.Tensor, predicted: torch.Tensor, classes: int
) -> tuple[tuple[int, ...], ...]:
    """Return counts by true class (rows) and predicted class (columns)."""
    counts = torch.bincount(labels * classes + predicted, minlength=classes * classes)
    return tuple(tuple(row) for row in counts.reshape(classes, classes).tolist())


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


def signature_of(logits: torch.Tensor) -> str:
    """Return a digest of logits rounded to hundredths: equal for equal weights and images."""
    hundredths = (logits.double() * 100).round().clamp(-1e15, 1e15).to(torch.int64)
    return hashlib.sha256(str(hundredths.tolist()).encode()).hexdigest()
