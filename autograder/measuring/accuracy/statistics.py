"""Statistics of logits against labels: a Measurement, its confusion matrix, a model's signature."""

from __future__ import annotations

import base64
import hashlib

import torch

from autograder.measuring.accuracy.bounds import wilson
from autograder.model import Measurement


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


def signature_of(logits: torch.Tensor) -> str:
    """Return a digest of logits rounded to hundredths: equal for equal weights and images."""
    hundredths = (logits.double() * 100).round().clamp(-1e15, 1e15).to(torch.int64)
    return hashlib.sha256(str(hundredths.tolist()).encode()).hexdigest()


def packed(predicted: torch.Tensor, labels: torch.Tensor) -> str:
    """Return the predictions (total,) of a list's images as `Measurement.predictions`; -1: none."""
    is_wrong = (predicted >= 0) & (predicted != labels)
    return base64.b64encode(bytes((predicted + 1 + 128 * is_wrong).tolist())).decode("ascii")
