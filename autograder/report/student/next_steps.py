"""Where to go on: the causes that give most points back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from autograder.model import Frame, Outcome, Text
from autograder.report.student.assignment_view import AssignmentView
from autograder.report.student.causes import Cause
from autograder.report.student.criterion_view import CriterionView

NUM_STEPS = 3
NO_TITLE = Text(es="", en="")


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """Something to mend, and the points that it gives back."""

    anchor: str  # the id of the element that explains it
    points: Fraction
    words: str  # what happened; empty: the criterion's title says it
    hint: str = ""
    view: CriterionView | None = None  # the criterion that it concerns; None: several
    place: Frame | None = None  # in the student's own code
    wrong_answers: int = 0  # of a questionnaire
    title: Text = NO_TITLE  # of the assignment


def next_steps(views: Sequence[AssignmentView], count: int = NUM_STEPS) -> tuple[NextStep, ...]:
    """Return the steps that give most points back, the largest first."""
    steps = []
    for view in views:
        assignment = view.section.assignment
        title = assignment.title if assignment else NO_TITLE
        steps += [replace(step, title=title) for step in _steps(view)]
    steps.sort(key=lambda step: -step.points)  # stable: ties stay in the order of the page
    return tuple(steps[:count])


def _steps(view: AssignmentView) -> Iterator[NextStep]:
    """Yield a step for each cause of an assignment, over all its criteria."""
    if view.section.is_untouched:
        yield from _untouched(view)
        return
    by_anchor: dict[str, NextStep] = {}
    for criterion in view.criteria:
        for step in _steps_of(criterion, view):
            known = by_anchor.get(step.anchor)
            if known is None:
                by_anchor[step.anchor] = step
            else:  # it concerns several criteria: none is named
                points = known.points + step.points
                by_anchor[step.anchor] = replace(known, points=points, view=None)
    yield from (step for step in by_anchor.values() if step.points > 0)


def _untouched(view: AssignmentView) -> Iterator[NextStep]:
    """Yield the step for an assignment that counts as zero because nothing was handed in."""
    lost = sum((criterion.lost for criterion in view.criteria), Fraction(0))
    if lost > 0:
        yield NextStep(anchor=view.anchor, points=lost, words="")


def _steps_of(criterion: CriterionView, view: AssignmentView) -> Iterator[NextStep]:
    if criterion.score.mark is not None:
        reason = criterion.score.mark.reason
        yield NextStep(anchor=criterion.anchor, points=criterion.lost, words=reason, view=criterion)
    elif criterion.questions:
        wrong = [q for q in criterion.questions if q.check.outcome is not Outcome.PASSED]
        yield NextStep(
            anchor=criterion.anchor,
            points=criterion.lost,
            words="",
            view=criterion,
            wrong_answers=len(wrong),
        )
    elif criterion.arithmetic is None:  # nothing ran, or nothing was lost
        yield _not_run(criterion, view)
    else:
        for cause in criterion.causes:
            yield _step_of(cause, criterion)


def _step_of(cause: Cause, criterion: CriterionView) -> NextStep:
    shown = cause
    while shown.same_as is not None:
        shown = shown.same_as
    return NextStep(
        anchor=shown.anchor,
        points=cause.lost,
        words=shown.first.message,
        hint=shown.first.hint,
        view=criterion,
        place=shown.place,
    )


def _not_run(criterion: CriterionView, view: AssignmentView) -> NextStep:
    """Return the step for what kept every check of a criterion from running."""
    if view.findings:
        first = view.findings[0]
        return NextStep(
            anchor=first.anchor,
            points=criterion.lost,
            words=first.first.message,
            hint=first.first.hint,
            view=criterion,
            place=first.place,
        )
    words = criterion.not_run[0].message if criterion.not_run else ""
    return NextStep(anchor=criterion.anchor, points=criterion.lost, words=words, view=criterion)
