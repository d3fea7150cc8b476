"""A section of a student's page: one assignment, with its sheet and its scores."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from autograder.model import (
    Assignment,
    CategoryTotal,
    Course,
    FinalGrade,
    FindingId,
    HandedPicture,
    Note,
    Outcome,
    Score,
    ScoreSheet,
    Stage,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What a student has for one assignment; or, without one, the criteria of no assignment."""

    assignment: Assignment | None
    sheet: ScoreSheet | None  # None: not graded yet, or not handed in
    scores: tuple[Score, ...]
    stage: Stage | None = None  # None: no assignment

    @property
    def earned(self) -> Fraction:
        """Return the points that are decided so far."""
        return sum((s.earned for s in self.scores if s.earned is not None), Fraction(0))

    @property
    def waiting(self) -> Fraction:
        """Return the points that are still open."""
        return sum((s.possible for s in self.scores if s.earned is None), Fraction(0))

    @property
    def possible(self) -> Fraction:
        """Return the points that its criteria can give."""
        return sum((s.possible for s in self.scores), Fraction(0))

    @property
    def staff_notes(self) -> tuple[list[Note], dict[str, list[Note]]]:
        """Return the notes for staff: those on top, and by check those beside its judgement."""
        waiting = {c.id for s in self.scores for c in s.checks if c.outcome is Outcome.MANUAL}
        beside: dict[str, list[Note]] = {check: [] for check in waiting}
        top: list[Note] = []
        for note in self.sheet.notes if self.sheet else ():
            beside.get(note.check, top).append(note)
        return top, beside

    def pictures_of(self, score: Score) -> tuple[HandedPicture, ...]:
        """Return the pictures that the checks of a criterion judge."""
        checks = {check.id for check in score.checks}
        pictures = self.sheet.pictures if self.sheet is not None else ()
        return tuple(picture for picture in pictures if picture.check in checks)

    @property
    def is_untouched(self) -> bool:
        """Return whether no grader looked at anything here and no person decided anything."""
        has_marks = any(score.mark for score in self.scores)
        return self.sheet is None and self.stage is not None and not has_marks

    @property
    def refusal(self) -> str:
        """Return why what was handed in is not accepted; empty where it is, or nothing was."""
        for score in self.scores:
            for check in score.checks:
                if check.id.endswith(f".{FindingId.NOT_ACCEPTED}"):
                    return check.message
        return ""

    @property
    def status(self) -> str:
        """Return a word of the labels' `status`, or of their `stage` where that says as much."""
        if self.assignment is None:
            return "no_sheet"
        if self.sheet is None or self.stage == "handed_in":
            return self.stage_word
        if self.sheet.is_earlier and self.sheet.status == "graded":
            return self.stage_word
        return self.sheet.status

    @property
    def stage_word(self) -> str:
        """Return a word of the labels' `stage`."""
        is_earlier = self.sheet is not None and self.sheet.is_earlier
        return stage_word(self.stage or "unknown", is_earlier=is_earlier)


def sections(course: Course, final_grade: FinalGrade) -> tuple[Section, ...]:
    """Return one section per assignment, in order, then one for what no assignment decides."""
    scores = {s.criterion: s for category in final_grade.categories for s in category.scores}
    sheets = {sheet.assignment: sheet for sheet in final_grade.sheets}
    every = [
        Section(
            assignment=assignment,
            sheet=sheets.get(assignment.id),
            scores=tuple(scores.pop(c.id) for c in assignment.criteria if c.id in scores),
            stage=final_grade.stages.get(assignment.id, "unknown"),
        )
        for assignment in course.assignments
    ]
    if scores:
        every.append(Section(assignment=None, sheet=None, scores=tuple(scores.values())))
    return tuple(every)


def stage_word(stage: Stage, *, is_earlier: bool) -> str:
    """Return a word of the labels' `stage`: graded by earlier graders is one of its own."""
    return "earlier" if is_earlier and stage == "graded" else stage


def decided(group: Section | CategoryTotal) -> Fraction | None:
    """Return the points earned in `group`; None, not zero, while no criterion is decided."""
    return None if all(s.earned is None for s in group.scores) else group.earned


def condition(score: Score) -> str:
    """Return the state of a criterion: a word of the labels' `condition`."""
    if score.earned is None:
        return "review" if score.state == "auto" else score.state
    if score.earned >= score.possible:
        return "full"
    return "partial" if score.earned > 0 else "none"
