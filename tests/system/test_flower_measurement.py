"""What the flower classifier's judge holds against a measurement: of all images, or of a part."""

from __future__ import annotations

import importlib
import warnings
from fractions import Fraction
from typing import Any

import pytest

from autograder.config.course import load_course
from autograder.grading.pytest_session import importable
from autograder.model import Measurement
from tests.support.places import REPOSITORY

COURSE = load_course(REPOSITORY)
GRADERS = COURSE.assignment("flower_classifier").graders
with importable(GRADERS), warnings.catch_warnings(action="ignore"):
    measurement: Any = importlib.import_module("measurement")

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
