"""The measured accuracy of a student's model: its level, and the classes that fared best and worst."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from autograder.measuring.accuracy.statistics import Recall, recalls
from autograder.model import FinalGrade, Measurement, Rubric, ScaleBand

EXTREMES = 3  # classes that are named as the best and as the worst


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A measurement, and the assignment whose model it is of."""

    assignment: str
    measurement: Measurement

    @property
    def top5(self) -> Fraction:
        """The share of images whose class is among the five likeliest."""
        return Fraction(self.measurement.top5, self.measurement.n)

    @property
    def worst(self) -> list[Recall]:
        """The classes that were recognised least, the worst first; one without a mistake is not
        among them.
        """
        return [r for r in recalls(self.measurement.confusion) if r.right < r.n][:EXTREMES]

    @property
    def best(self) -> list[Recall]:
        """The classes that were recognised most, the best first; none is among the worst, too."""
        others = [r for r in recalls(self.measurement.confusion) if r not in self.worst]
        return sorted(others, key=lambda r: (-r.share, -r.n, r.label))[:EXTREMES]


def measured(final_grade: FinalGrade) -> Measured | None:
    """What was measured of a student's model; None where nothing was."""
    found = ((sheet.assignment, sheet.measurement) for sheet in final_grade.sheets)
    return next((Measured(assignment=id, measurement=m) for id, m in found if m is not None), None)


def project_level(rubric: Rubric, measurement: Measurement) -> ScaleBand | None:
    """The level that the measured accuracy reaches; None where the rubric has none."""
    return band_of(rubric.accuracy.bands, measurement.accuracy * 100) if rubric.accuracy else None


def band_of(bands: Sequence[ScaleBand], value: Fraction) -> ScaleBand | None:
    """The highest band that `value` reaches; `bands` are the highest first."""
    return next((band for band in bands if value >= band.least), None)
