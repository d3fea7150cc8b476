"""What the flower classifier's judge holds against a measurement: of all images, or of a part."""

from __future__ import annotations

import importlib
import warnings
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from autograder.checks.feedback import Feedback
from autograder.config.course import load_course
from autograder.grading.pytest_session import importable
from autograder.model import Measurement, Run
from autograder.text.grader_texts import load_grader_texts
from tests.support.places import REPOSITORY

COURSE = load_course(REPOSITORY)
GRADERS = COURSE.assignment("flower_classifier").graders
with importable(GRADERS), warnings.catch_warnings(action="ignore"):
    measurement: Any = importlib.import_module("measurement")
    judged: Any = importlib.import_module("judged")
    evidence: Any = importlib.import_module("evidence")

TOTAL = 6149


def measured(correct: int, n: int, low: str, high: str) -> Any:
    """Return a measurement of `n` images."""
    return measurement.Measured(
        measurement=Measurement(
            list="the list",
            correct=correct,
            n=n,
            total=TOTAL,
            top5=n,
            interval=(Fraction(low), Fraction(high)),
            confusion=(),
            signature="",
            decided_by="full" if n == TOTAL else "sequential",
        ),
        order=None,
        bounds=(Fraction(low), Fraction(high)) if n < TOTAL else (Fraction(correct, n),) * 2,
        crops=[],
    )


EARLY = measured(875, 1000, "0.851", "0.898")  # decided: from 85 to 90 %
WHOLE = measured(5350, TOTAL, "0.862", "0.878")  # 87.0 %
CLAIMS = {  # measured, claimed, whether they agree
    "whole, as measured": (WHOLE, 0.870, True),
    "whole, a little more": (WHOLE, 0.885, True),
    "whole, far more": (WHOLE, 0.905, False),
    "early, as the bounds have it": (EARLY, 0.860, True),
    "early, at the edge of the level": (EARLY, 0.902, True),
    "early, of the next level": (EARLY, 0.915, False),
    "early, of the level below": (EARLY, 0.840, False),
}


@pytest.mark.parametrize("case", CLAIMS)
def test_a_claim_is_held_to_what_was_decided(case: str) -> None:
    """Where all images were asked it must be near the accuracy; else in the level that was decided
    as well.
    """
    found, claim, agrees = CLAIMS[case]
    assert found.admits(claim, COURSE.rubric) == agrees


def split(right: int, n: int, low: str, high: str) -> Any:
    """Return an accuracy on a part of a split."""
    bounds = (Fraction(low), Fraction(high))
    return judged.SplitAccuracy(right=right, n=n, total=1020, bounds=bounds)


SOUND = replace(WHOLE, train=split(64, 64, "0.92", "1"), val=split(56, 64, "0.73", "0.96"))
WEAK = replace(measured(4800, TOTAL, "0.77", "0.79"), train=SOUND.train)  # 78.1 %
EVIDENCE = {  # what was measured, the penalties, and words of each note for staff
    "sound": (SOUND, [], []),
    "training just above, and no more is certain": (WEAK, [], []),
    "training far above, all of it asked": (
        replace(WEAK, train=split(1010, 1020, "0.99", "0.99")),
        ["penalty.severe_overfitting"],
        [],
    ),
    "no training images": (replace(WEAK, train=None), [], ["training images of Flowers-102"]),
    "test far above validation": (
        replace(SOUND, val=split(700, 1020, "0.686", "0.687")),
        [],
        ["far above the one measured on validation"],
    ),
    "as many right if altered, but a few": (replace(SOUND, altered=(42, 37, 48)), [], []),
    "far fewer right if altered": (
        replace(SOUND, altered=(48, 30, 48)),
        [],
        ["mirrored and compressed anew"],
    ),
    "tables": (replace(SOUND, tables=["6149×16"]), [], ["6149×16"]),
    "not replayed": (replace(SOUND, is_replayed=False), [], ["cannot be recorded"]),
}


@pytest.mark.parametrize("case", EVIDENCE)
def test_what_was_measured_leads_to_penalty_and_notes(case: str) -> None:
    """The penalty needs a measured accuracy in training; what speaks against a figure is a note."""
    found, penalties, notes = EVIDENCE[case]
    feedback = Feedback(texts=load_grader_texts(GRADERS), lang="en")
    run = Run(lang="en")
    evidence.judge_training(found, feedback, COURSE.rubric, run)
    evidence.note_evidence(found, feedback, COURSE.rubric, run)
    assert [adjustment.id for adjustment in feedback.adjustments] == penalties
    assert len(feedback.notes) == len(notes)
    for note, words in zip(feedback.notes, notes, strict=True):
        assert words in str(note.text)
