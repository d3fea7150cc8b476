"""How far each assignment of a student is, and the score of criteria that no sheet decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from autograder.model import (
    Assignment,
    CheckResult,
    Course,
    Criterion,
    FindingId,
    Lang,
    Lateness,
    Outcome,
    Presence,
    Score,
    ScoreSheet,
    Stage,
)
from autograder.text.sentences import say


def stages_of(
    course: Course, sheets: Sequence[ScoreSheet], late: Lateness, presence: Presence
) -> dict[str, Stage]:
    """Return how far each assignment is, by its id."""
    by_assignment = {sheet.assignment: sheet for sheet in sheets}
    stages = {}
    for assignment in course.assignments:
        sheet = by_assignment.get(assignment.id)
        stages[assignment.id] = _stage(sheet, assignment, late, presence)
    return stages


def _stage(
    sheet: ScoreSheet | None, assignment: Assignment, late: Lateness, presence: Presence
) -> Stage:
    if sheet is not None:
        is_ungraded = all(
            score.state == "not_graded" and score.mark is None for score in sheet.scores
        )
        return "handed_in" if is_ungraded else "graded"
    if assignment.id in late.refused:
        return "absent"
    if assignment.id in presence.handed_in:
        return "handed_in"
    if assignment.id in presence.not_due:
        return "not_due"
    return "absent" if presence.is_known else "unknown"


def is_open(course: Course, stages: Mapping[str, Stage], scores: Mapping[str, Score]) -> bool:
    """Return whether graders must still decide something that no person has decided."""
    for assignment in course.assignments:
        is_waiting = stages[assignment.id] in ("handed_in", "unknown")
        has_open_score = any(scores[each.id].earned is None for each in assignment.criteria)
        if assignment.is_gradable and is_waiting and has_open_score:
            return True
    return False


def score_every_criterion(
    course: Course,
    sheets: Sequence[ScoreSheet],
    lang: Lang,
    late: Lateness,
    stages: Mapping[str, Stage],
) -> dict[str, Score]:
    """Return a score for every criterion of the rubric, by its id, in the rubric's order.

    What has no sheet earns zero where it was not handed in, and is undecided otherwise.
    """
    scores = {
        criterion.id: undecided_score(criterion) for criterion in course.rubric.criteria.values()
    }
    by_assignment = {sheet.assignment: sheet for sheet in sheets}
    for assignment in course.assignments:
        if assignment.id in by_assignment:
            for score in by_assignment[assignment.id].scores:
                scores[score.criterion] = score
        elif assignment.is_gradable and stages[assignment.id] == "absent":
            refusal = late.refused.get(assignment.id, "")
            for criterion in assignment.criteria:
                scores[criterion.id] = _zero_score(criterion, assignment, lang, refusal)
    return scores


def undecided_score(criterion: Criterion) -> Score:
    """Return the score of an undecided criterion: no points yet, and none lost."""
    return Score(criterion=criterion.id, earned=None, possible=criterion.points, state="not_graded")


def _zero_score(criterion: Criterion, assignment: Assignment, lang: Lang, refusal: str) -> Score:
    """Return the score of what was not handed in, or was refused for the reason `refusal`."""
    finding = FindingId.NOT_ACCEPTED if refusal else FindingId.NOTHING_HANDED_IN
    nothing = CheckResult(
        id=f"{assignment.id}.{finding}",
        criterion=criterion.id,
        outcome=Outcome.MISSING,
        message=refusal or say("final_grade", FindingId.NOTHING_HANDED_IN, lang),
    )
    return Score(
        criterion=criterion.id,
        earned=Fraction(0),
        possible=criterion.points,
        state="auto",
        checks=(nothing,),
    )
