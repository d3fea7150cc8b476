"""Accuracy, measured: a submitted model is asked about images without names or labels, and its
logits are judged.

    test = read_split(run.data, "test")                            # autograder.measuring.data.flowers
    measured = measure(
        lambda images: submission.run(probes.logits, images),      # list[bytes] -> (k, 102) logits
        test,
        how=run.accuracy,                                          # "full" | "sequential"
        thresholds=thresholds_of(rubric.accuracy),
        lang=run.lang,
    )
    feedback.measured(measured.measurement)
    measured.predictions                # (total,) top-1 class of each image in the list's order; -1: not asked

`predict` gets JPEGs, always a whole number of batches of 8 (so no model is judged by a batch of
one), in an order drawn from torch's random numbers, which the harness seeds by run, submission and
check. What it raises goes through, but a limit of time that ends after the first answer: that is
`Unmeasured`. Its answers are claims: each is held to type, shape and finiteness, and some images
are asked twice, in other company. An answer that does not hold fails the check with one of
FINDINGS, worded by the grader's texts.yml.

A sequential measurement goes by a plan that is fixed beforehand. It stops early only where the
accuracy on the whole list lies between the same two thresholds, which is wrong with a probability
of `error` at most. `Measurement.interval` is then the interval that decided; of a whole list it is
Wilson's 95 % interval.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal

import torch

from autograder.checks.asserting import fail
from autograder.errors import TimeExceeded, Unmeasured
from autograder.measuring.accuracy.sequential import BATCH, ERROR, Plan, plan
from autograder.measuring.accuracy.statistics import CLASSES, by_rank, measurement_of, signature_of
from autograder.measuring.data.flowers import ImageSet
from autograder.model import OTHER_LANG, AccuracyRules, Lang, Measurement

Predict = Callable[[list[bytes]], Any]  # k JPEGs -> what should be a float tensor (k, 102)

FINDINGS = (  # key: the values that its text may use
    "logits_no_tensor",  # got: the type that came back
    "logits_wrong_shape",  # got, expected: shapes in words
    "logits_not_finite",  # nothing
    # nothing: the same image got other logits among other images, or a second time
    "logits_depend_on_company",
)
QUESTION = 64  # images per question
ASKED_TWICE = (
    16  # images that every submission is asked first, and again in the course of the measurement
)
TOLERANCE = (
    1e-2  # between two answers; rounding gives 1e-4, batch statistics and dropout 1e-1 and more
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A measurement, and the predictions it counts."""

    measurement: Measurement
    predictions: (
        torch.Tensor
    )  # (total,) top-1 class of each image in the list's order; -1: not asked


def measure(
    predict: Predict,
    images: ImageSet,
    *,
    how: Literal["full", "sequential"] = "full",
    thresholds: Sequence[Fraction] = (),
    error: Fraction = ERROR,
    lang: Lang = "es",
    generator: torch.Generator | None = None,
) -> Measured:
    """The accuracy on `images`: on all of them, or on as many as it takes to know which thresholds
    it reaches.
    """
    total = len(images)
    labels = torch.tensor(images.labels)  # (total,)
    order = torch.randperm(total, generator=generator)
    fixed = torch.arange(0, total, max(1, total // ASKED_TWICE))[:ASKED_TWICE]
    first = _ask(predict, images, fixed)  # the same question to everyone: its answer is a signature
    looks = plan(total, thresholds, error) if how == "sequential" else None
    logits = torch.full((total, CLASSES), torch.nan)
    with _measuring(logits):
        n = _ask_until_decided(predict, images, order, logits, looks)
    drawn = order[:n].sort().values
    predictions = torch.full((total,), -1)
    predictions[drawn] = by_rank(logits[drawn])[:, 0]
    measurement = measurement_of(
        logits[drawn], labels[drawn], list=images.describe(lang), signature=signature_of(first)
    )
    measurement = replace(measurement, list_also=images.describe(OTHER_LANG[lang]))
    left = fixed[logits[fixed].isnan().any(dim=1)]
    mixed = torch.cat([left, order[: len(left)]])[
        torch.randperm(2 * len(left), generator=generator)
    ]
    with _measuring(logits):
        logits[mixed] = _ask(predict, images, mixed)
    _hold_together(first, logits[fixed])
    if looks is not None and n < total:
        interval = looks.bounds(measurement.correct, n)
        measurement = replace(
            measurement, total=total, decided_by="sequential", error=error, interval=interval
        )
    return Measured(measurement=measurement, predictions=predictions)


@contextmanager
def _measuring(logits: torch.Tensor) -> Iterator[None]:
    """Raise Unmeasured, with the number of images whose `logits` are there, where time runs out in
    the block.
    """
    try:
        yield
    except TimeExceeded as error:
        n, total = int((~logits.isnan().any(dim=1)).sum()), len(logits)
        raise Unmeasured(error.evidence, n=n, total=total) from error


def thresholds_of(rules: AccuracyRules, *more: Fraction) -> tuple[Fraction, ...]:
    """Every accuracy at which a level, a criterion or a bonus changes, and `more`."""
    return (rules.earns, rules.bonus, *(band.least / 100 for band in rules.bands), *more)


def _ask_until_decided(
    predict: Predict,
    images: ImageSet,
    order: torch.Tensor,
    logits: torch.Tensor,
    looks: Plan | None,
) -> int:
    """Fill `logits` in the given order; how many images it took."""
    labels = torch.tensor(images.labels)
    start, correct = 0, 0
    for end in (*(looks.looks if looks is not None else ()), len(order)):
        for begin in range(start, end, QUESTION):
            chunk = order[begin : min(begin + QUESTION, end)]
            logits[chunk] = _ask(predict, images, chunk, order)
            correct += int((by_rank(logits[chunk])[:, 0] == labels[chunk]).sum())
        start = end
        if looks is not None and end < len(order) and looks.is_decided(correct, end):
            break
    return start


def _ask(
    predict: Predict, images: ImageSet, indices: torch.Tensor, company: torch.Tensor | None = None
) -> torch.Tensor:
    """The logits (k, 102) of the images at `indices`, asked in batches that others of `company`
    fill up.
    """
    if not len(indices):
        return torch.empty(0, CLASSES)
    others = company if company is not None else indices
    missing = -len(indices) % BATCH
    filled = torch.cat([indices, others.repeat(-(-missing // len(others)))[:missing]])
    answer = predict([images.image(index) for index in filled.tolist()])
    return held_to_form(answer, len(filled))[: len(indices)]


def held_to_form(answer: Any, k: int) -> torch.Tensor:
    """`answer`, if it is a finite float tensor (k, 102), in single precision; else the check fails."""
    if not isinstance(answer, torch.Tensor) or not answer.is_floating_point():
        got = str(answer.dtype) if isinstance(answer, torch.Tensor) else type(answer).__name__
        fail("logits_no_tensor", got=got)
    if tuple(answer.shape) != (k, CLASSES):
        fail("logits_wrong_shape", got=tuple(answer.shape), expected=(k, CLASSES))
    if not bool(answer.isfinite().all()):
        fail("logits_not_finite")
    return answer.float()


def _hold_together(first: torch.Tensor, again: torch.Tensor) -> None:
    """Fail unless the same images got the same logits twice; rounding is forgiven, in the model's
    own scale.
    """
    top = first.topk(5, dim=1).values
    scale = max(
        1.0, float((top[:, 0] - top[:, 4]).median())
    )  # classes that are ruled out may be anywhere
    if not torch.allclose(again, first, rtol=TOLERANCE, atol=TOLERANCE * scale):
        fail("logits_depend_on_company")
