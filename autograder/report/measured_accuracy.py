"""The measured accuracy of a student's model: its level, and its best and worst classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from autograder.measuring.accuracy.recall import ClassRecall, recalls
from autograder.model import FinalGrade, Measurement, Rubric, ScaleBand

NUM_EXTREMES = 3  # classes that are named as the best and as the worst


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelMeasurement:
    """A measurement of a student's model, and the assignment that the model is for."""

    assignment: str
    measurement: Measurement

    @property
    def top5(self) -> Fraction:
        """Return the share of images whose class is among the five likeliest."""
        return Fraction(self.measurement.top5, self.measurement.n)

    @property
    def worst(self) -> list[ClassRecall]:
        """Return the classes with the lowest recall, the worst first; none without a mistake."""
        mistaken = [r for r in recalls(self.measurement.confusion) if r.right < r.n]
        return mistaken[:NUM_EXTREMES]

    @property
    def best(self) -> list[ClassRecall]:
        """Return the classes with the highest recall, the best first, but none of the worst."""
        worst = self.worst
        others = [r for r in recalls(self.measurement.confusion) if r not in worst]
        return sorted(others, key=lambda r: (-r.share, -r.n, r.label))[:NUM_EXTREMES]


def model_measurement(final_grade: FinalGrade) -> ModelMeasurement | None:
    """Return what was measured of a student's model; None where nothing was."""
    for sheet in final_grade.sheets:
        if sheet.measurement is not None:
            return ModelMeasurement(assignment=sheet.assignment, measurement=sheet.measurement)
    return None


def project_level(rubric: Rubric, measurement: Measurement) -> ScaleBand | None:
    """Return the level that the measured accuracy reaches; None where the rubric has none."""
    if rubric.accuracy is None:
        return None
    return band_reached(rubric.accuracy.bands, measurement.accuracy * 100)


def band_reached(bands: Sequence[ScaleBand], value: Fraction) -> ScaleBand | None:
    """Return the highest band that `value` reaches; `bands` are the highest first."""
    return next((band for band in bands if value >= band.least), None)
