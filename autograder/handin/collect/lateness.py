"""Lateness: how many days late an attempt came, which attempt counts, and what that costs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from autograder.handin.collect.attempt import Attempt
from autograder.handin.collect.ledger import Record
from autograder.handin.collect.timestamp import as_utc, shown_moment
from autograder.model import Adjustment, Course, Lang, Lateness, Penalty, Rubric
from autograder.text.sentences import say

DAY = timedelta(days=1)
NEVER = datetime.min  # sorts before every moment


def days_begun(over: timedelta) -> int:
    """The days that had begun so long after the deadline; the deadline itself is in time."""
    return max(0, -(-over // DAY))


def lateness_of(attempt: Attempt, due: datetime | None) -> int | None:
    """The days that an attempt was late; None where it was, and nobody says by how much."""
    if attempt.came is None or due is None:
        return None if attempt.marked_late else 0
    return days_begun(attempt.came - due)


def penalty_for_days(rubric: Rubric) -> Penalty | None:
    """The rubric's penalty that counts days."""
    return next((penalty for penalty in rubric.penalties if penalty.days), None)


def points_off(penalty: Penalty, days: int, points: float) -> float:
    """What so many days take off an assignment of so many points: all where it is not accepted any
    more.
    """
    return points if days > penalty.days else min(points, float(-penalty.points * days))


def is_accepted(attempt: Attempt, due: datetime | None, penalty: Penalty | None) -> bool:
    """Whether an attempt may be graded: not later than the penalty's most."""
    return penalty is None or (lateness_of(attempt, due) or 0) <= penalty.days


def which_counts(attempts: Sequence[Attempt], due: datetime | None, penalty: Penalty | None) -> int:
    """The number of the attempt that is graded, of those that came least late the last one; 0: none
    may be.
    """

    def rank(number: int) -> tuple[int, datetime, int]:
        attempt = attempts[number - 1]
        late = lateness_of(attempt, due)
        came = NEVER if attempt.came is None else as_utc(attempt.came)
        return (-(1 if late is None else late), came, number)

    numbers = [n for n, a in enumerate(attempts, start=1) if is_accepted(a, due, penalty)]
    return max(numbers, key=rank, default=0)


def lateness_by_student(record: Record, course: Course, lang: Lang) -> dict[str, Lateness]:
    """What lateness means for each student who was late: of several late hand-ins the latest one
    counts.
    """
    penalty = penalty_for_days(course.rubric)
    if penalty is None:
        return {}
    students = sorted({student for student, _ in record.histories})
    each = {student: _of_student(record, course, student, penalty, lang) for student in students}
    return {student: late for student, late in each.items() if late != Lateness()}


def _of_student(
    record: Record, course: Course, student: str, penalty: Penalty, lang: Lang
) -> Lateness:
    late: list[tuple[int, str]] = []
    refused = {}
    for assignment in course.assignments:
        history, due = record.history(student, assignment.id), record.due(student, assignment.id)
        if not history.attempts or due is None:
            continue
        counted = history.attempts[history.graded - 1]  # of those that are not accepted, the last
        words = {"title": assignment.title.in_(lang), **_words(counted, due, lang)}
        days = lateness_of(counted, due)
        if not history.graded or not is_accepted(counted, due, penalty):
            refused[assignment.id] = say(
                "late", "refused", lang, days=days, most=penalty.days, **words
            )
        elif days:
            late.append((days, say("late", "came", lang, **words)))
    late.sort(key=lambda pair: -pair[0])
    if not late:
        return Lateness(refused=refused)
    reason = " ".join(
        [sentence for _, sentence in late] + [say("late", "latest", lang)] * (len(late) > 1)
    )
    return Lateness(
        adjustments=(Adjustment(id=penalty.id, days=late[0][0], reason=reason),), refused=refused
    )


def _words(attempt: Attempt, due: datetime, lang: Lang) -> dict[str, str]:
    came = shown_moment(attempt.came, due) if attempt.came else ""
    return {
        "came": came,
        "told": say("late", f"by_{attempt.told_by}", lang),
        "due": shown_moment(due),
    }
