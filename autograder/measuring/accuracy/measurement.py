"""Measurement of a submitted model: what it is asked, when that ends, and which answers fail.

`predict` gets images as their set gives them, such as JPEGs, always a whole number of batches of 8,
so that no model is judged by a batch of one. Their order is drawn from torch's random numbers,
which the harness seeds by run, submission and check. What `predict` raises goes through, except a
time limit that ends after the first answer: that becomes `Unmeasured`. The answers are claims of
student code: each is checked for type, shape and finiteness, and some images are asked twice, among
other images. An answer that does not hold fails the check with one of FINDINGS, worded by the
grader's texts.yml.

A sequential measurement follows a plan that is fixed beforehand. It stops early only where the
accuracy on the whole list lies between the same two thresholds, which is wrong with a probability
of `error` at most. `Measurement.interval` is then the interval that decided; of a whole list it is
Wilson's 95 % interval.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Generic, Protocol, TypeVar

import torch

from autograder.checks.asserting import fail
from autograder.errors import TimeExceeded, Unmeasured
from autograder.measuring.accuracy.sequential import (
    BATCH_SIZE,
    MAX_ERROR,
    StoppingPlan,
    stopping_plan,
)
from autograder.measuring.accuracy.statistics import (
    by_rank,
    measurement_of,
    packed,
    signature_of,
)
from autograder.measuring.data.flowers import NUM_CLASSES
from autograder.model import OTHER_LANG, Accuracy, AccuracyRules, Lang, Measurement

T_co = TypeVar("T_co", covariant=True)  # an image
T = TypeVar("T")
Predict = Callable[[list[T]], object]  # k images -> what should be a float tensor (k, 102)

FINDINGS = (  # key: the values that its text may use
    "logits_no_tensor",  # got: the type that came back
    "logits_wrong_shape",  # got, expected: shapes in words
    "logits_not_finite",  # nothing
    "logits_depend_on_batch",  # nothing: the same image got other logits among other images
)
QUESTION_SIZE = 64  # images per question
# Images that every submission is asked first, and again during the measurement
NUM_ASKED_TWICE = 16
# Between two answers: rounding gives 1e-4, batch statistics and dropout give 1e-1 and more.
LOGIT_TOLERANCE = 1e-2


class Images(Protocol[T_co]):
    """Images with labels, in the order of a list."""

    @property
    def labels(self) -> tuple[int, ...]:
        """The label of each image."""

    def __len__(self) -> int:
        """Return the number of images."""

    def image(self, index: int) -> T_co:
        """Return an image as `predict` gets it."""

    def describe(self, lang: Lang) -> str:
        """Return in words which list of images this is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccuracyMeasurement:
    """A measurement, and the predictions that it counts."""

    measurement: Measurement
    predictions: (
        torch.Tensor
    )  # (total,) top-1 class of each image, in the list's order; -1: not asked


def measure(
    predict: Predict[T],
    images: Images[T],
    *,
    mode: Accuracy = "full",
    thresholds: Sequence[Fraction] = (),
    error: Fraction = MAX_ERROR,
    lang: Lang = "es",
    generator: torch.Generator | None = None,
) -> AccuracyMeasurement:
    """Return the accuracy of a model on all images, or on as many as decide between `thresholds`.

    `predict` gets k images (of an ImageSet: the bytes of k JPEGs) and returns logits: a float
    tensor (k, 102). `thresholds` are shares from 0 to 1; `error` is the probability of a wrong
    decision where `mode` is "sequential". `generator` draws the order of the images (None: torch's
    own).

    The check fails with one of FINDINGS where an answer is not usable; Unmeasured where time runs
    out after the first answer.
    """
    model = _AskedModel(predict, images, torch.randperm(len(images), generator=generator))
    fixed = torch.arange(0, len(images), max(1, len(images) // NUM_ASKED_TWICE))[:NUM_ASKED_TWICE]
    first = model.ask(fixed)  # the same question to every model signs the model
    plan = stopping_plan(len(images), thresholds, error) if mode == "sequential" else None
    n = model.ask_until_decided(plan)
    measurement, predictions = model.measurement(n, signature_of(first), lang)
    model.ask_rest(fixed, generator)
    _check_consistent(first, model.logits[fixed])
    if plan is not None and n < len(images):
        measurement = _decided_early(measurement, plan)
    return AccuracyMeasurement(measurement=measurement, predictions=predictions)


def thresholds_of(rules: AccuracyRules, *more: Fraction) -> tuple[Fraction, ...]:
    """Return every accuracy at which a level, a criterion or a bonus changes, and `more`.

    All are shares from 0 to 1. `rules` is `rubric.accuracy`.
    """
    return (rules.earns, rules.bonus, *(band.least / 100 for band in rules.bands), *more)


def _decided_early(measurement: Measurement, plan: StoppingPlan) -> Measurement:
    """Return the measurement of a part of the list as what it says about the whole list."""
    return replace(
        measurement,
        total=plan.total,
        decided_by="sequential",
        error=plan.error,
        interval=plan.bounds(measurement.correct, measurement.n),
    )


class _AskedModel(Generic[T]):
    """A submitted model while it is measured: the order of the images, and the logits so far."""

    def __init__(self, predict: Predict[T], images: Images[T], order: torch.Tensor) -> None:
        self._predict = predict
        self._images = images
        self._labels = torch.tensor(images.labels)  # (total,)
        self._order = order  # (total,) indices of the list
        self.logits = torch.full((len(images), NUM_CLASSES), torch.nan)  # NaN: not asked

    def ask(self, indices: torch.Tensor, fill_from: torch.Tensor | None = None) -> torch.Tensor:
        """Return the logits (k, 102) of the images at `indices`, asked in whole batches.

        Where the last batch is not full, images at `fill_from` (or the same ones again) fill it.
        """
        if not len(indices):
            return torch.empty(0, NUM_CLASSES)
        others = fill_from if fill_from is not None else indices
        missing = -len(indices) % BATCH_SIZE
        repeats = -(-missing // len(others))  # rounded up
        filled = torch.cat([indices, others.repeat(repeats)[:missing]])
        answer = self._predict([self._images.image(index) for index in filled.tolist()])
        return checked_logits(answer, len(filled))[: len(indices)]

    def ask_until_decided(self, plan: StoppingPlan | None) -> int:
        """Fill the logits in the given order; return how many images that took."""
        start, correct = 0, 0
        looks = plan.looks if plan is not None else ()
        for end in (*looks, len(self._order)):
            for begin in range(start, end, QUESTION_SIZE):
                chunk = self._order[begin : min(begin + QUESTION_SIZE, end)]
                with self._unmeasured_on_timeout():
                    self.logits[chunk] = self.ask(chunk, fill_from=self._order)
                correct += int((self._top1(chunk) == self._labels[chunk]).sum())
            start = end
            if plan is not None and end < len(self._order) and plan.is_decided(correct, end):
                break
        return start

    def ask_rest(self, fixed: torch.Tensor, generator: torch.Generator | None) -> None:
        """Fill the logits of those `fixed` images that were not drawn, among as many others."""
        rest = fixed[self.logits[fixed].isnan().any(dim=1)]
        shuffled = torch.randperm(2 * len(rest), generator=generator)
        mixed = torch.cat([rest, self._order[: len(rest)]])[shuffled]
        with self._unmeasured_on_timeout():
            self.logits[mixed] = self.ask(mixed)

    def measurement(self, n: int, signature: str, lang: Lang) -> tuple[Measurement, torch.Tensor]:
        """Return the measurement of the first `n` images, and the predictions that it counts."""
        drawn = self._order[:n].sort().values
        measurement = measurement_of(
            self.logits[drawn],
            self._labels[drawn],
            image_list=self._images.describe(lang),
            signature=signature,
        )
        other = self._images.describe(OTHER_LANG[lang])
        predictions = torch.full((len(self._order),), -1)
        predictions[drawn] = self._top1(drawn)
        answers = packed(predictions, self._labels)
        return replace(measurement, list_also=other, predictions=answers), predictions

    def _top1(self, indices: torch.Tensor) -> torch.Tensor:
        return by_rank(self.logits[indices])[:, 0]

    @contextmanager
    def _unmeasured_on_timeout(self) -> Iterator[None]:
        """Raise Unmeasured, with the number of images that have logits, where time runs out."""
        try:
            yield
        except TimeExceeded as error:
            n, total = int((~self.logits.isnan().any(dim=1)).sum()), len(self.logits)
            raise Unmeasured(error.evidence, n=n, total=total) from error


def checked_logits(answer: object, k: int) -> torch.Tensor:
    """Return `answer` in single precision; fail the check unless it is a finite tensor (k, 102)."""
    if not isinstance(answer, torch.Tensor):
        fail("logits_no_tensor", got=type(answer).__name__)
    if not answer.is_floating_point():
        fail("logits_no_tensor", got=str(answer.dtype))
    if tuple(answer.shape) != (k, NUM_CLASSES):
        fail("logits_wrong_shape", got=tuple(answer.shape), expected=(k, NUM_CLASSES))
    if not bool(answer.isfinite().all()):
        fail("logits_not_finite")
    return answer.float()


def _check_consistent(first: torch.Tensor, again: torch.Tensor) -> None:
    """Fail the check unless the same images got the same logits twice, up to rounding.

    Rounding grows with the logits, so the tolerance is in the model's own scale: the distance
    between the largest and the fifth largest logit. Classes that are ruled out may have any logit.
    """
    top = first.topk(5, dim=1).values
    scale = max(1.0, float((top[:, 0] - top[:, 4]).median()))
    if not torch.allclose(again, first, rtol=LOGIT_TOLERANCE, atol=LOGIT_TOLERANCE * scale):
        fail("logits_depend_on_batch")
