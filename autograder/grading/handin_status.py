"""The status of hand-ins: which students handed in what, graded or not, and what is not due yet."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from autograder.handin.collect.ledger import Record
from autograder.handin.collect.timestamp import as_utc
from autograder.model import Course, FinalGrade, Presence

STAGES_HANDED_IN = ("graded", "handed_in")


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """Which students handed in which assignments, as far as a run looked."""

    by_student: Mapping[str, frozenset[str]]  # assignments
    is_class: bool = True  # False: one student's own file or folder
    is_partial: bool = False  # only some of it is graded
    unknown: frozenset[str] = frozenset()  # students of whom no run looked at everything

    @property
    def students(self) -> list[str]:
        """The students who handed in anything."""
        return [student for student, assignments in self.by_student.items() if assignments]


def known_before(out: Path, now: HandedIn) -> HandedIn:
    """Return what earlier runs into OUT knew of the class.

    It serves a run that looks at one student's file alone.
    """
    by_student: dict[str, frozenset[str]] = {}
    unknown = set()
    for path in (out / "final_grades").glob("*.json"):
        try:
            stages = {
                a["assignment"]: a["stage"] for a in json.loads(path.read_bytes())["assignments"]
            }
        except (OSError, ValueError, KeyError, TypeError):
            continue  # as if it did not exist: it is written anew
        by_student[path.stem] = frozenset(
            assignment for assignment, stage in stages.items() if stage in STAGES_HANDED_IN
        )
        if "unknown" in stages.values():
            unknown.add(path.stem)
    return replace(now, by_student=by_student, unknown=frozenset(unknown))


def presence_of(
    student: str, course: Course, handed_in: HandedIn, record: Record, now: datetime
) -> Presence:
    """Return what is known of a student's hand-ins at the time `now`."""
    collected = set()
    for (owner, assignment), history in record.histories.items():
        if owner == student and history.graded:
            collected.add(assignment)
    not_due = set()
    for assignment in (each.id for each in course.assignments):
        due = record.due(student, assignment)
        if due is not None and as_utc(due) > as_utc(now):
            not_due.add(assignment)
    is_looked_at = student in handed_in.by_student and student not in handed_in.unknown
    return Presence(
        handed_in=handed_in.by_student.get(student, frozenset()) | collected,
        not_due=frozenset(not_due),
        is_known=handed_in.is_class or is_looked_at,
    )


def waiting_hand_ins(
    course: Course, handed_in: HandedIn, final_grades: Sequence[FinalGrade]
) -> tuple[tuple[str, str], ...]:
    """Return student and assignment of every gradable hand-in that has no result yet."""
    gradable = {assignment.id for assignment in course.assignments if assignment.is_gradable}
    waiting: dict[str, set[str]] = {}
    for final_grade in final_grades:
        stages = final_grade.stages.items()
        waiting[final_grade.student] = {name for name, stage in stages if stage == "handed_in"}
    for student in handed_in.students:
        waiting.setdefault(student, set(handed_in.by_student[student]))
    pairs = []
    for student, assignments in sorted(waiting.items()):
        pairs += [(student, assignment) for assignment in sorted(assignments & gradable)]
    return tuple(pairs)
