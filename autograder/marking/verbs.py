"""What people do with a criterion: accept a proposal, overrule a check, answer an appeal."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from autograder.errors import CourseError
from autograder.model import Appeal, Decisions, Mark, Score, ScoreSheet
from autograder.scoring.criteria import points_when_overruled
from autograder.scoring.overrides import decide
from autograder.text.suggestions import did_you_mean


def proposed_marks(
    sheet: ScoreSheet, decided: Decisions, criteria: Collection[str], author: str, reason: str
) -> Iterator[Mark]:
    """Yield a mark for each proposal of a sheet about which nothing is decided.

    `criteria` are the only ones that are asked for; none means all.
    """
    marked = {mark.criterion for mark in decided.marks}
    for score in sheet.scores:
        is_wanted = not criteria or score.criterion in criteria
        is_open = score.state == "manual" and score.criterion not in marked
        if is_wanted and is_open and score.proposed is not None:
            yield Mark(
                criterion=score.criterion, points=score.proposed, author=author, reason=reason
            )


def score_of_check(sheets: Collection[ScoreSheet], check: str) -> Score:
    """Return the score of a student to which a check belongs; CourseError where none has it."""
    known = []
    for sheet in sheets:
        for score in sheet.scores:
            for each in score.checks:
                if each.id == check:
                    return score
                known.append(each.id)
    hint = did_you_mean(check, known) or "; the staff page of the student names the checks"
    raise CourseError(f"no check {check!r} in the results of this student{hint}")


def overruling(decided: Decisions, score: Score, check: str, author: str, reason: str) -> Decisions:
    """Return the decisions with a check counted the other way; `score` is what was found.

    Checks of the criterion that were overruled before stay so, and keep their reasons.
    """
    mark = _mark(decided, score.criterion)
    if mark is not None and not mark.overrules:
        raise CourseError(
            f"{score.criterion}: {mark.author} has given its points already; clear that mark first"
        )
    before = mark.overrules if mark is not None else ()
    if check in before:
        raise CourseError(f"{score.criterion}: {check} is overruled already; clear it first")
    overrules = (*before, check)
    reasons = reason if mark is None or reason in mark.reason else f"{mark.reason} {reason}"
    points = points_when_overruled(score, overrules)
    return decide(
        decided,
        Mark(
            criterion=score.criterion,
            points=points,
            author=author,
            reason=reasons,
            overrules=overrules,
        ),
    )


def answering(decided: Decisions, criterion: str, author: str, reason: str) -> Decisions:
    """Return the decisions with the answer to the appeal against a criterion."""
    appeal = appeal_against(decided, criterion)
    if appeal is None:
        raise CourseError(
            f"{criterion}: nobody appeals against it; record it with `autograder marks appeal`"
        )
    return decide(decided, replace(appeal, author=author, reason=reason))


def recording(decided: Decisions, criterion: str, asks: str) -> Decisions:
    """Return the decisions with an appeal that waits for its answer."""
    if not asks.strip():
        raise CourseError(f"{criterion}: the appeal must say something")
    return decide(decided, Appeal(criterion=criterion, asks=asks))


def appeal_against(decided: Decisions, criterion: str) -> Appeal | None:
    """Return the appeal against a criterion, if there is one."""
    found = (appeal for appeal in decided.appeals if appeal.criterion == criterion)
    return next(found, None)


def _mark(decided: Decisions, criterion: str) -> Mark | None:
    found = (mark for mark in decided.marks if mark.criterion == criterion)
    return next(found, None)
