"""The forms: what a marker sends, read into changes of what is decided, or refused in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import TypeAlias

from autograder.config.yaml_nodes import NUMBER_PATTERN
from autograder.errors import CourseError
from autograder.marking.marks_file import Change
from autograder.marking.verbs import answering, overruling, recording
from autograder.model import Adjustment, Decisions, Mark, Penalty, Rubric, Score, Waiver
from autograder.review.sessions import Session
from autograder.review.wording import Wording
from autograder.scoring.overrides import decide, undecide, without_appeal

MAX_TEXT_CHARS = 4000  # of a reason, an appeal or an answer
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

Form: TypeAlias = Mapping[str, str]


class RefusedForm(Exception):
    """Raised for a form that cannot be saved; its text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a form is about: a criterion of a student, as it was graded without people."""

    score: Score  # with what people decided
    found: Score  # as the graders left it
    words: Wording
    session: Session


def mark_change(
    target: Target, form: Form, alike: Collection[str], student: str
) -> dict[str, Change]:
    """Return the changes that give points to a student, and to others with alike work.

    Of the others, those who have no points of a person yet.
    """
    mark = Mark(
        criterion=target.score.criterion,
        points=_points(form.get("points", ""), target.score.possible, target.words),
        author=target.session.author,
        reason=_text(form.get("reason", ""), "reason", target.words),
    )
    others = alike if form.get("alike") else ()
    changes: dict[str, Change] = {name: partial(_give_unless_marked, mark) for name in others}
    changes[student] = partial(_give, mark)
    return changes


def clear_change(target: Target, _form: Form) -> Change:
    """Return the change that takes the points of a person back."""
    return lambda decisions: undecide(decisions, target.score.criterion)


def overrule_change(target: Target, form: Form) -> Change:
    """Return the change that counts a check the other way."""
    reason = _text(form.get("reason", ""), "reason", target.words)
    check = form.get("check", "")

    def change(decisions: Decisions) -> Decisions:
        try:
            return overruling(decisions, target.found, check, target.session.author, reason)
        except CourseError:
            raise RefusedForm(target.words.error("check")) from None

    return change


def appeal_change(target: Target, form: Form) -> Change:
    """Return the change that records an appeal."""
    asks = _text(form.get("asks", ""), "asks", target.words)
    return lambda decisions: recording(decisions, target.score.criterion, asks)


def answer_change(target: Target, form: Form) -> Change:
    """Return the change that answers an appeal."""
    reason = _text(form.get("reason", ""), "reason", target.words)

    def change(decisions: Decisions) -> Decisions:
        try:
            return answering(decisions, target.score.criterion, target.session.author, reason)
        except CourseError:
            raise RefusedForm(target.words.error("missing")) from None

    return change


def clear_appeal_change(target: Target, _form: Form) -> Change:
    """Return the change that removes an appeal."""
    return lambda decisions: without_appeal(decisions, target.score.criterion)


CRITERION_FORMS: Mapping[str, Callable[[Target, Form], Change]] = {
    "clear": clear_change,
    "overrule": overrule_change,
    "appeal": appeal_change,
    "answer": answer_change,
    "clear-appeal": clear_appeal_change,
}


def adjustment_change(
    action: str, rubric: Rubric, entry_id: str, form: Form, session: Session, words: Wording
) -> Change:
    """Return the change that applies, waives or clears a bonus or penalty."""
    if action == "clear":
        return lambda decisions: undecide(decisions, entry_id)
    reason = _text(form.get("reason", ""), "reason", words)
    if action == "waive":
        waiver = Waiver(id=entry_id, author=session.author, reason=reason)
        return lambda decisions: decide(decisions, waiver)
    penalty = next((each for each in rubric.penalties if each.id == entry_id), None)
    days = _days(form.get("days", ""), penalty, words)
    applied = Adjustment(id=entry_id, days=days, author=session.author, reason=reason)
    return lambda decisions: decide(decisions, applied)


def found_score(score: Score) -> Score:
    """Return a score as the graders left it: what a person decided is taken away."""
    if score.mark is None:
        return score
    return Score(
        criterion=score.criterion,
        earned=score.proposed if score.state == "auto" else None,
        possible=score.possible,
        state=score.state,
        checks=score.checks,
        proposed=None if score.state == "auto" else score.proposed,
    )


def _give(mark: Mark, decisions: Decisions) -> Decisions:
    return decide(decisions, mark)


def _give_unless_marked(mark: Mark, decisions: Decisions) -> Decisions:
    is_marked = any(each.criterion == mark.criterion for each in decisions.marks)
    return decisions if is_marked else decide(decisions, mark)


def _points(text: str, possible: Fraction, words: Wording) -> Fraction:
    match = NUMBER_PATTERN.fullmatch(text.strip().replace(",", "."))
    points = Fraction(match[1]) if match and not match[2] else Fraction(-1)
    if not 0 <= points <= possible:
        raise RefusedForm(words.error("points", possible=words.points(possible)))
    return points


def _days(text: str, penalty: Penalty | None, words: Wording) -> int:
    """Return the days of a penalty that counts them; 0 for any other."""
    if penalty is None or not penalty.days:
        return 0
    days = int(text) if text.strip().isdecimal() and len(text) < 5 else 0
    if not 1 <= days <= penalty.days:
        raise RefusedForm(words.error("days", days=penalty.days))
    return days


def _text(text: str, missing: str, words: Wording) -> str:
    """Return a text that people typed; RefusedForm where it is blank or too long."""
    cleaned = _CONTROL.sub("", text).strip()
    if not cleaned:
        raise RefusedForm(words.error(missing))
    if len(cleaned) > MAX_TEXT_CHARS:
        raise RefusedForm(words.error("too_long", count=MAX_TEXT_CHARS))
    return cleaned
