"""A section of a student's page: one assignment, with its sheet and its criteria's scores."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from autograder.model import (
    Assignment,
    CategoryTotal,
    Course,
    Criterion,
    FinalGrade,
    FindingId,
    Note,
    Outcome,
    Score,
    ScoreSheet,
    Stage,
)
from autograder.report.fold_checks import told_before


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What a student has for one assignment; without an assignment, the criteria that none decides."""

    assignment: Assignment | None
    sheet: ScoreSheet | None  # None: not graded yet, or not handed in
    scores: tuple[Score, ...]
    stage: Stage | None = None  # None: no assignment

    @property
    def earned(self) -> Fraction:
        """The points that are decided so far."""
        return sum((s.earned for s in self.scores if s.earned is not None), Fraction(0))

    @property
    def waiting(self) -> Fraction:
        """The points that are still open."""
        return sum((s.possible for s in self.scores if s.earned is None), Fraction(0))

    @property
    def possible(self) -> Fraction:
        """The points that its criteria can give."""
        return sum((s.possible for s in self.scores), Fraction(0))

    @property
    def remarks(self) -> tuple[list[Note], dict[str, list[Note]]]:
        """The notes for staff: on top, and by check beside what a person has to judge."""
        waiting = {c.id for s in self.scores for c in s.checks if c.outcome is Outcome.MANUAL}
        beside: dict[str, list[Note]] = {id: [] for id in waiting}
        top: list[Note] = []
        for note in self.sheet.notes if self.sheet else ():
            beside.get(note.check, top).append(note)
        return top, beside

    @property
    def told(self) -> dict[str, dict[str, Criterion]]:
        """By criterion, the causes that the criteria above it told already."""
        checks = {s.criterion: s.checks for s in self.scores}
        criteria = self.assignment.criteria if self.assignment else ()
        return told_before((c, checks.get(c.id, ())) for c in criteria)

    @property
    def is_untouched(self) -> bool:
        """Whether no grader looked at anything here, and no person decided anything either."""
        return (
            self.sheet is None and self.stage is not None and not any(s.mark for s in self.scores)
        )

    @property
    def refusal(self) -> str:
        """Why what was handed in is not accepted; empty where it is, or nothing was."""
        return next(
            (c.message for s in self.scores for c in s.checks if c.id.endswith(f".{FindingId.NOT_ACCEPTED}")),
            "",
        )

    @property
    def status(self) -> str:
        """A word of the labels' `status`, or of their `stage` where there is nothing more to say."""
        if self.assignment is None:
            return "no_sheet"
        if (
            self.sheet
            and self.stage != "handed_in"
            and not (self.sheet.is_earlier and self.sheet.status == "graded")
        ):
            return self.sheet.status
        return self.stage_word

    @property
    def stage_word(self) -> str:
        """A word of the labels' `stage`."""
        return stage_of(
            self.stage or "unknown", is_earlier=self.sheet is not None and self.sheet.is_earlier
        )


def sections(course: Course, final_grade: FinalGrade) -> tuple[Section, ...]:
    """One section per assignment, in the course's order, then one for whatever no assignment
    decides.
    """
    scores = {s.criterion: s for category in final_grade.categories for s in category.scores}
    sheets = {sheet.assignment: sheet for sheet in final_grade.sheets}
    found = [
        Section(
            assignment=assignment,
            sheet=sheets.get(assignment.id),
            scores=tuple(scores.pop(c.id) for c in assignment.criteria if c.id in scores),
            stage=final_grade.stages.get(assignment.id, "unknown"),
        )
        for assignment in course.assignments
    ]
    if scores:
        found.append(Section(assignment=None, sheet=None, scores=tuple(scores.values())))
    return tuple(found)


def stage_of(stage: Stage, *, is_earlier: bool) -> str:
    """A word of the labels' `stage`: graded by earlier graders is one of its own."""
    return "earlier" if is_earlier and stage == "graded" else stage


def decided(group: Section | CategoryTotal) -> Fraction | None:
    """The points earned in `group`; None while none of its criteria is decided, which is not a
    zero.
    """
    return None if all(s.earned is None for s in group.scores) else group.earned


def condition(score: Score) -> str:
    """How a criterion stands: a word of the labels' `condition`."""
    if score.earned is None:
        return "review" if score.state == "auto" else score.state
    if score.earned >= score.possible:
        return "full"
    return "partial" if score.earned > 0 else "none"
