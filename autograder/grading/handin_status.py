"""Presence: who handed in what, whether it is graded or not, and what is not due yet."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from autograder.handin.collect.ledger import Ledger
from autograder.handin.collect.timestamp import as_utc
from autograder.model import Course, FinalGrade, Presence

IS_THERE = ("graded", "handed_in")  # stages of what was handed in


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """Who handed in what, as far as a run looked."""

    by_student: Mapping[str, frozenset[str]]  # assignments
    is_class: bool = True  # False: one student's own file or folder
    is_partial: bool = False  # only some of it is graded
    unknown: frozenset[str] = frozenset()  # students of whom nobody looked at everything

    @property
    def students(self) -> list[str]:
        """Those who handed in anything."""
        return [student for student, assignments in self.by_student.items() if assignments]


def known_before(out: Path, now: HandedIn) -> HandedIn:
    """What earlier runs into OUT knew of the class, for a run that looks at one student's file
    alone.
    """
    by_student: dict[str, frozenset[str]] = {}
    unknown = set()
    for path in (out / "final_grades").glob("*.json"):
        try:
            stages = {
                a["assignment"]: a["stage"] for a in json.loads(path.read_bytes())["assignments"]
            }
        except (OSError, ValueError, KeyError, TypeError):
            continue  # as if it were not there: it is made anew
        by_student[path.stem] = frozenset(id for id, stage in stages.items() if stage in IS_THERE)
        if "unknown" in stages.values():
            unknown.add(path.stem)
    return replace(now, by_student=by_student, unknown=frozenset(unknown))


def presence_of(
    student: str, course: Course, handed_in: HandedIn, ledger: Ledger, now: datetime
) -> Presence:
    """What is known of a student's hand-ins at the moment `now`."""
    collected = {
        id for (who, id), history in ledger.histories.items() if who == student and history.graded
    }
    due = {a.id: ledger.due(student, a.id) for a in course.assignments}
    return Presence(
        handed_in=frozenset(handed_in.by_student.get(student, frozenset()) | collected),
        not_due=frozenset(
            id for id, time in due.items() if time is not None and as_utc(time) > as_utc(now)
        ),
        is_known=handed_in.is_class
        or (student in handed_in.by_student and student not in handed_in.unknown),
    )


def waiting_hand_ins(
    course: Course, handed_in: HandedIn, final_grades: Sequence[FinalGrade]
) -> tuple[tuple[str, str], ...]:
    """Student and assignment of every hand-in that graders exist for and that has no result yet."""
    gradable = {a.id for a in course.assignments if a.is_gradable}
    there = {
        s.student: {id for id, stage in s.stages.items() if stage == "handed_in"}
        for s in final_grades
    }
    for student in handed_in.students:
        there.setdefault(student, set(handed_in.by_student[student]))
    return tuple(
        (student, id) for student, ids in sorted(there.items()) for id in sorted(ids & gradable)
    )
