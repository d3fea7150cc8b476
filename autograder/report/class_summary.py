"""A class in numbers: the bins of its totals, the criteria where it loses points, how it was
confined.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from autograder.model import (
    SANDBOX_LEVELS,
    Confinement,
    Course,
    Criterion,
    FinalGrade,
    GradeVerdict,
    Level,
)
from autograder.report.section import Section, sections

BINS = 10
URGENCY = (
    "needs_review",
    "needs_manual",
    "handed_in",
    "earlier",
    "unknown",
    "absent",
    "not_due",
    "graded",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """The students whose total is in [low, high); the last bin holds `high` too."""

    low: Fraction
    high: Fraction
    counts: dict[GradeVerdict, int]

    @property
    def count(self) -> int:
        """All its students."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """How many students lost points on a criterion, of those for whom it is decided."""

    criterion: Criterion
    losers: int
    decided: int

    @property
    def share(self) -> Fraction:
        """Between 0 and 1."""
        return Fraction(self.losers, self.decided)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A student's line in the table of the class."""

    final_grade: FinalGrade
    sections: tuple[Section, ...]  # one per assignment

    @property
    def needs_review(self) -> bool:
        """Whether our own fault must be looked into."""
        return any(sheet.status == "needs_review" for sheet in self.final_grade.sheets)

    @property
    def needs_person(self) -> bool:
        """Whether a criterion waits for a person's judgement."""
        return any(sheet.status == "needs_manual" for sheet in self.final_grade.sheets)

    @property
    def accuracy(self) -> Fraction | None:
        """The measured accuracy of the student's model; None where none was measured."""
        measurements = (sheet.measurement for sheet in self.final_grade.sheets)
        return next((m.accuracy for m in measurements if m is not None), None)

    @property
    def status(self) -> str:
        """A word of the labels' `status` or `stage`: the one that asks most of the staff."""
        found = {"needs_review": self.needs_review, "needs_manual": self.needs_person}
        words = [word for word, is_so in found.items() if is_so] + [
            s.stage_word for s in self.sections
        ]
        return min(words, key=URGENCY.index, default="graded")

    @property
    def urgency(self) -> int:
        """The place of the status in their order."""
        return URGENCY.index(self.status)


def rows(course: Course, final_grades: Sequence[FinalGrade]) -> list[Row]:
    """One row per student, in the order given."""
    return [
        Row(
            final_grade=s,
            sections=tuple(x for x in sections(course, s) if x.assignment is not None),
        )
        for s in final_grades
    ]


def bins(course: Course, final_grades: Sequence[FinalGrade]) -> list[Bin]:
    """The totals decided so far, in ten bins of equal width, counted by verdict."""
    width = course.rubric.total / BINS
    counts: list[Counter[GradeVerdict]] = [Counter() for _ in range(BINS)]
    for s in final_grades:
        counts[min(int(s.total / width), BINS - 1)][s.verdict] += 1
    return [
        Bin(
            low=width * i,
            high=width * (i + 1),
            counts={v: n[v] for v in ("passed", "pending", "failed")},
        )
        for i, n in enumerate(counts)
    ]


def losses(course: Course, final_grades: Sequence[FinalGrade], most: int = 8) -> list[Loss]:
    """The criteria where the largest share of students lost points, worst first, `most` at the
    most.
    """
    decided: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for score in (x for s in final_grades for category in s.categories for x in category.scores):
        if score.earned is not None:
            decided[score.criterion] += 1
            lost[score.criterion] += score.earned < score.possible
    found = [
        Loss(criterion=c, losers=lost[c.id], decided=decided[c.id])
        for c in course.rubric.criteria.values()
        if lost[c.id]
    ]
    return sorted(found, key=lambda loss: -loss.share)[
        :most
    ]  # stable: ties stay in the rubric's order


def confinements(final_grades: Sequence[FinalGrade]) -> list[tuple[Level, int, tuple[str, ...]]]:
    """Each sandbox level in use: its name, how many sheets, and every layer that was missing in
    one.
    """
    used: list[Confinement] = [
        sheet.confinement
        for s in final_grades
        for sheet in s.sheets
        if sheet.confinement is not None
    ]
    found = []
    for level in SANDBOX_LEVELS:
        at_level = [c for c in used if c.level == level]
        if at_level:
            missing = dict.fromkeys(layer for c in at_level for layer in c.missing)
            found.append((level, len(at_level), tuple(missing)))
    return found
