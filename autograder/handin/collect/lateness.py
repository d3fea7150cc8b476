"""Lateness: days late of an attempt, the attempt that counts, and the penalty."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from autograder.handin.collect.attempt import Attempt
from autograder.handin.collect.ledger import Ledger
from autograder.handin.collect.timestamp import as_utc, format_timestamp
from autograder.model import Adjustment, Assignment, Course, Lang, Lateness, Penalty, Rubric
from autograder.text.sentences import say

ONE_DAY = timedelta(days=1)
UNKNOWN_TIME = datetime.min  # sorts before every known time


def days_late(delay: timedelta) -> int:
    """Return the days begun after the deadline; 0 at the deadline itself."""
    return max(0, -(-delay // ONE_DAY))


def lateness_of(attempt: Attempt, due: datetime | None) -> int | None:
    """Return the days that an attempt was late; None if it was late by an unknown time."""
    if attempt.submitted_at is None or due is None:
        return None if attempt.marked_late else 0
    return days_late(attempt.submitted_at - due)


def daily_penalty(rubric: Rubric) -> Penalty | None:
    """Return the rubric's penalty that counts days."""
    return next((penalty for penalty in rubric.penalties if penalty.days), None)


def penalty_points(penalty: Penalty, days: int, points: float) -> float:
    """Return the points that so many days take off an assignment worth `points`.

    All points are lost if the attempt is too late to be accepted.
    """
    return points if days > penalty.days else min(points, float(-penalty.points * days))


def is_accepted(attempt: Attempt, due: datetime | None, penalty: Penalty | None) -> bool:
    """Return whether an attempt may be graded: not later than the penalty's limit of days."""
    return penalty is None or (lateness_of(attempt, due) or 0) <= penalty.days


def graded_number(
    attempts: Sequence[Attempt], due: datetime | None, penalty: Penalty | None
) -> int:
    """Return the number of the attempt that is graded; 0 if no attempt is accepted.

    It is the least late attempt, and the last one of those that are equally late.
    """

    def rank(number: int) -> tuple[int, datetime, int]:
        attempt = attempts[number - 1]
        days = lateness_of(attempt, due)
        if attempt.submitted_at is None:
            submitted_at = UNKNOWN_TIME
        else:
            submitted_at = as_utc(attempt.submitted_at)
        return -(1 if days is None else days), submitted_at, number

    accepted = [
        number
        for number, attempt in enumerate(attempts, start=1)
        if is_accepted(attempt, due, penalty)
    ]
    return max(accepted, key=rank, default=0)


def unsettled(ledger: Ledger, course: Course) -> list[tuple[str, str]]:
    """Return the hand-ins of which another attempt counts since deadlines or extensions changed."""
    penalty = daily_penalty(course.rubric)
    return [
        (student, assignment)
        for (student, assignment), history in sorted(ledger.histories.items())
        if history.graded
        != graded_number(history.attempts, ledger.due(student, assignment), penalty)
    ]


def lateness_by_student(ledger: Ledger, course: Course, lang: Lang) -> dict[str, Lateness]:
    """Return the consequences of lateness for each student who was late.

    Of several late hand-ins of a student the latest one counts.
    """
    penalty = daily_penalty(course.rubric)
    if penalty is None:
        return {}
    students = sorted({student for student, _ in ledger.histories})
    found = {}
    for student in students:
        lateness = _lateness_of_student(ledger, course, student, penalty, lang)
        if lateness != Lateness():
            found[student] = lateness
    return found


def _lateness_of_student(
    ledger: Ledger, course: Course, student: str, penalty: Penalty, lang: Lang
) -> Lateness:
    late: list[tuple[int, str]] = []  # days, and the sentence about them
    refused = {}
    for assignment in course.assignments:
        history = ledger.history(student, assignment.id)
        due = ledger.due(student, assignment.id)
        if not history.attempts or due is None:
            continue
        # With no graded attempt this is the last one: none of them is accepted.
        counted = history.attempts[history.graded - 1]
        words = _words(assignment, counted, due, lang)
        days = lateness_of(counted, due)
        if not history.graded or not is_accepted(counted, due, penalty):
            refused[assignment.id] = say(
                "late", "refused", lang, days=days, most=penalty.days, **words
            )
        elif days:
            late.append((days, say("late", "submitted", lang, **words)))
    late.sort(key=lambda pair: -pair[0])
    if not late:
        return Lateness(refused=refused)
    sentences = [sentence for _, sentence in late]
    if len(late) > 1:
        sentences.append(say("late", "latest", lang))
    adjustment = Adjustment(id=penalty.id, days=late[0][0], reason=" ".join(sentences))
    return Lateness(adjustments=(adjustment,), refused=refused)


def _words(assignment: Assignment, attempt: Attempt, due: datetime, lang: Lang) -> dict[str, str]:
    """Return the values of the sentences on a late attempt."""
    submitted_at = attempt.submitted_at
    return {
        "title": assignment.title.in_(lang),
        "submitted_at": format_timestamp(submitted_at, due) if submitted_at else "",
        "timestamp_source": say("late", f"by_{attempt.timestamp_source}", lang),
        "due": format_timestamp(due),
    }
