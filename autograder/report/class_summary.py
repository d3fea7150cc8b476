"""A class in numbers: a row per student, the bins of totals, where points are lost, the sandbox."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
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
from autograder.report.identical_work import IdenticalWork
from autograder.report.section import Section, sections

NUM_BINS = 10
STATUSES_BY_URGENCY = (
    "needs_review",
    "needs_manual",
    "handed_in",
    "earlier",
    "unknown",
    "absent",
    "not_due",
    "graded",
)
VERDICT_ORDER: tuple[GradeVerdict, ...] = (
    "passed",
    "pending",
    "failed",
)  # from the bottom of a bin up


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalsBin:
    """The students whose total is in [low, high); the last bin holds `high` too."""

    low: Fraction
    high: Fraction
    counts: dict[GradeVerdict, int]

    @property
    def count(self) -> int:
        """Return the number of its students."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionLoss:
    """How many points students lost on a criterion, of those for whom it is decided."""

    criterion: Criterion
    points: Fraction  # lost by all of them together
    decided: int  # students

    @property
    def mean(self) -> Fraction:
        """Return the points that a student lost, on average."""
        return self.points / self.decided


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentRow:
    """A student's row in the table of the class."""

    final_grade: FinalGrade
    sections: tuple[Section, ...]  # one per assignment
    alike: tuple[str, ...]  # other students whose work is the same, or nearly

    @property
    def needs_review(self) -> bool:
        """Return whether a fault of the harness must be looked into."""
        return any(sheet.status == "needs_review" for sheet in self.final_grade.sheets)

    @property
    def needs_person(self) -> bool:
        """Return whether a criterion waits for a person's judgement."""
        return any(sheet.status == "needs_manual" for sheet in self.final_grade.sheets)

    @property
    def is_ungraded(self) -> bool:
        """Return whether something was handed in and not graded yet."""
        return any(section.stage == "handed_in" for section in self.sections)

    @property
    def flags(self) -> list[str]:
        """Return the filters of the page that show this row, in the order of `FLAGS`."""
        return [name for name, is_set in FLAGS.items() if is_set(self)]

    @property
    def accuracy(self) -> Fraction | None:
        """Return the measured accuracy of the student's model; None where none was measured."""
        measurements = (sheet.measurement for sheet in self.final_grade.sheets)
        return next((m.accuracy for m in measurements if m is not None), None)

    @property
    def accuracy_percent(self) -> Fraction | None:
        """Return the accuracy in percent, rounded down to one decimal: 84.99 never reads as 85."""
        return None if self.accuracy is None else Fraction(int(self.accuracy * 1000), 10)

    @property
    def status(self) -> str:
        """Return the most urgent status: a word of the labels' `short_status`."""
        words = [section.stage_word for section in self.sections]
        if self.needs_review:
            words.append("needs_review")
        if self.needs_person:
            words.append("needs_manual")
        return min(words, key=STATUSES_BY_URGENCY.index, default="graded")

    @property
    def urgency(self) -> int:
        """Return the place of the status in the order of urgency, 0 first."""
        return STATUSES_BY_URGENCY.index(self.status)


# The filters of the page, in its order: words of the labels' `filter`.
FLAGS: Mapping[str, Callable[[StudentRow], bool]] = {
    "waiting": lambda row: row.needs_person,
    "failed": lambda row: row.final_grade.verdict == "failed",
    "review": lambda row: row.needs_review,
    "alike": lambda row: bool(row.alike),
    "ungraded": lambda row: row.is_ungraded,
}


def count_flags(rows: Sequence[StudentRow]) -> dict[str, int]:
    """Return the number of rows that each filter of the page shows."""
    return {name: sum(map(is_set, rows)) for name, is_set in FLAGS.items()}


def student_rows(
    course: Course, final_grades: Sequence[FinalGrade], identical: Sequence[IdenticalWork]
) -> list[StudentRow]:
    """Return one row per student, in the order given."""
    alike: dict[str, dict[str, None]] = {}
    for group in identical:
        for student in group.students:
            alike.setdefault(student, {}).update(dict.fromkeys(group.students))
    rows = []
    for final_grade in final_grades:
        every = sections(course, final_grade)
        own = tuple(section for section in every if section.assignment is not None)
        others = [s for s in alike.get(final_grade.student, ()) if s != final_grade.student]
        rows.append(StudentRow(final_grade=final_grade, sections=own, alike=tuple(others)))
    return rows


def totals_bins(course: Course, final_grades: Sequence[FinalGrade]) -> list[TotalsBin]:
    """Return the totals decided so far, in ten bins of equal width, counted by verdict."""
    width = course.rubric.total / NUM_BINS
    counts: list[Counter[GradeVerdict]] = [Counter() for _ in range(NUM_BINS)]
    for final_grade in final_grades:
        place = min(int(final_grade.total / width), NUM_BINS - 1)
        counts[place][final_grade.verdict] += 1
    bins = []
    for i, by_verdict in enumerate(counts):
        in_order = {verdict: by_verdict[verdict] for verdict in VERDICT_ORDER}
        bins.append(TotalsBin(low=width * i, high=width * (i + 1), counts=in_order))
    return bins


def largest_losses(
    course: Course, final_grades: Sequence[FinalGrade], max_count: int = 8
) -> list[CriterionLoss]:
    """Return the criteria where students lose the most points on average, the worst first."""
    decided: Counter[str] = Counter()
    lost: dict[str, Fraction] = {}
    for final_grade in final_grades:
        for score in (score for category in final_grade.categories for score in category.scores):
            if score.earned is not None:
                decided[score.criterion] += 1
                missing = score.possible - score.earned
                lost[score.criterion] = lost.get(score.criterion, Fraction(0)) + missing
    losses = [
        CriterionLoss(criterion=c, points=lost[c.id], decided=decided[c.id])
        for c in course.rubric.criteria.values()
        if lost.get(c.id, 0) > 0
    ]
    losses.sort(key=lambda loss: -loss.mean)  # stable: ties stay in the rubric's order
    return losses[:max_count]


def confinements(final_grades: Sequence[FinalGrade]) -> list[tuple[Level, int, tuple[str, ...]]]:
    """Return each sandbox level in use: its name, number of sheets, and layers missing in any."""
    used: list[Confinement] = []
    for final_grade in final_grades:
        for sheet in final_grade.sheets:
            if sheet.confinement is not None:
                used.append(sheet.confinement)
    levels = []
    for level in SANDBOX_LEVELS:
        at_level = [confinement for confinement in used if confinement.level == level]
        if at_level:
            missing = dict.fromkeys(layer for c in at_level for layer in c.missing)
            levels.append((level, len(at_level), tuple(missing)))
    return levels
