"""The accuracy of the submitted model: on the test as the run says, on a part of other splits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import torch
from evaluation import answer_crops, answer_jpegs, standard_program
from numbering import Numbering

from autograder.checks import (
    AccuracyMeasurement,
    ImageSet,
    Lang,
    Submission,
    altered,
    evaluated_crop,
    measure,
    prepared,
    splits_there,
    without_replacement,
)

# Of a split beside the test: so many images are asked, and all where these do not decide.
SAMPLE_SHARE, MAX_SAMPLE = Fraction(1, 8), 64
MIN_SAMPLE = 16
SAMPLE_ERROR = 1e-3  # the probability that an accuracy is outside the bounds that a part gives
# Of the test images, in the comparison with altered ones: a share, and at most so many.
ALTERED_SHARE, MAX_ALTERED = Fraction(1, 16), 48


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitAccuracy:
    """The accuracy on a split, of which a part was asked."""

    right: int
    n: int  # images that were asked
    total: int
    bounds: tuple[Fraction, Fraction]  # of the accuracy on all

    @property
    def share(self) -> Fraction:
        """The share of right answers."""
        return Fraction(self.right, self.n)


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedModel:
    """The submitted model, as the judge asks it about images of the data folder."""

    submission: Submission
    data: Path
    lang: Lang

    def measure(
        self, images: ImageSet, *, thresholds: tuple[Fraction, ...] = (), early: bool = False
    ) -> AccuracyMeasurement:
        """Return the accuracy on all images, or on as many as decide between thresholds."""
        mode = "sequential" if early else "full"
        program = standard_program(self.submission)
        if program is None:
            return measure(
                lambda jpegs: answer_jpegs(self.submission, jpegs),
                images,
                mode=mode,
                thresholds=thresholds,
                lang=self.lang,
            )
        return measure(
            lambda crops: answer_crops(program, crops),
            prepared(images, self.data),
            mode=mode,
            thresholds=thresholds,
            lang=self.lang,
        )

    def training(self, order: Numbering | None, limit: Fraction) -> SplitAccuracy | None:
        """Return the accuracy on the training images; all are asked if a part may be over a limit.

        None where the images are not there.
        """
        images = self._split("train", order)
        if images is None:
            return None
        part = self._part_of(images)
        is_open = part.bounds[0] <= limit < part.share
        return self._whole_of(images) if is_open else part

    def validation(self, order: Numbering | None, limit: Fraction) -> SplitAccuracy | None:
        """Return the accuracy on validation; all are asked if a part may be below a limit."""
        images = self._split("val", order)
        if images is None:
            return None
        part = self._part_of(images)
        is_open = part.share < limit <= part.bounds[1]
        return self._whole_of(images) if is_open else part

    def _split(self, name: str, order: Numbering | None) -> ImageSet | None:
        """Return the images of a split, with labels in the model's own order."""
        assert name in ("train", "val")
        images = next(iter(splits_there(self.data, name)), None)
        if images is None or order is None:
            return images
        return replace(images, labels=tuple(order.places[label] for label in images.labels))

    def _part_of(self, images: ImageSet) -> SplitAccuracy:
        size = min(len(images), MAX_SAMPLE, max(MIN_SAMPLE, int(len(images) * SAMPLE_SHARE)))
        part = images.part(sorted(torch.randperm(len(images))[:size].tolist()))
        right = self.measure(part).measurement.correct
        bounds = without_replacement(right, size, len(images), SAMPLE_ERROR)
        return SplitAccuracy(right=right, n=size, total=len(images), bounds=bounds)

    def _whole_of(self, images: ImageSet) -> SplitAccuracy:
        right, n = self.measure(images).measurement.correct, len(images)
        return SplitAccuracy(right=right, n=n, total=n, bounds=(Fraction(right, n),) * 2)

    # ------------------------------------------------------------ the same images, altered

    def altered(self, images: ImageSet, predictions: torch.Tensor) -> tuple[int, int, int] | None:
        """Return how many of some test images are right, as they are and altered, and their number.

        `predictions` are the answers to the images, -1 where one was not asked.
        """
        asked = (predictions >= 0).nonzero().flatten()
        size = min(MAX_ALTERED, int(len(asked) * ALTERED_SHARE)) // 8 * 8
        if not size:
            return None
        chosen = asked[torch.randperm(len(asked))[:size]].tolist()
        jpegs = [altered(images.image(index)) for index in chosen]
        program = standard_program(self.submission)
        if program is None:
            logits = answer_jpegs(self.submission, jpegs)
        else:
            logits = answer_crops(program, [evaluated_crop(jpeg) for jpeg in jpegs])
        answers = logits.argmax(dim=1)
        labels = torch.tensor([images.labels[index] for index in chosen])
        before = int((predictions[chosen] == labels).sum())
        return before, int((answers == labels).sum()), size
