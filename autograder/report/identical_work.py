"""Students whose work is the same: shown to staff, for a person to judge; it costs no points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from autograder.model import FinalGrade, ScoreSheet

WorkKind: TypeAlias = Literal["files", "model"]
TeamOfStudent: TypeAlias = Mapping[tuple[str, str], str]  # team by student and assignment
NO_TEAMS: TeamOfStudent = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class IdenticalWork:
    """Students who handed in the same files, or models that answer the same."""

    kind: WorkKind
    assignment: str
    students: tuple[str, ...]


def find_identical_work(
    final_grades: Sequence[FinalGrade], teams: TeamOfStudent = NO_TEAMS
) -> list[IdenticalWork]:
    """Return every group of two and more students, in the order of their first sheets.

    Blank files that earned nothing are not compared. The members of one team did the same work, so
    a group is reported where it has others than the members of one team.
    """
    students_by_work: dict[tuple[WorkKind, str, str], list[str]] = {}
    for final_grade in final_grades:
        for sheet in final_grade.sheets:
            for kind, digest in _work_of(sheet):
                students = students_by_work.setdefault((kind, sheet.assignment, digest), [])
                students.append(sheet.student)
    groups = []
    for (kind, assignment, _), students in students_by_work.items():
        # A student without a team is one for himself: a tuple equals no name of a team.
        distinct = {teams.get((student, assignment)) or (student,) for student in students}
        if len(distinct) > 1:
            group = IdenticalWork(kind=kind, assignment=assignment, students=tuple(students))
            groups.append(group)
    same_files = {(g.assignment, g.students) for g in groups if g.kind == "files"}
    return [g for g in groups if g.kind == "files" or (g.assignment, g.students) not in same_files]


def _work_of(sheet: ScoreSheet) -> Iterator[tuple[WorkKind, str]]:
    """Yield what can be compared of a sheet, with its digest."""
    if sheet.earned:
        yield "files", sheet.submission_digest
    if sheet.measurement is not None:
        yield "model", sheet.measurement.signature


def groups_of(groups: Sequence[IdenticalWork], sheet: ScoreSheet) -> list[IdenticalWork]:
    """Return the groups that a sheet's student is in for its assignment."""
    return [g for g in groups if g.assignment == sheet.assignment and sheet.student in g.students]
