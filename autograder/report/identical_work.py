"""Students whose work is the same: told to staff, for a person to judge; it costs nobody a point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from autograder.model import FinalGrade, ScoreSheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Students who handed in the same files, or models that answer the same."""

    what: Literal["files", "model"]
    assignment: str
    students: tuple[str, ...]


Teams = Mapping[tuple[str, str], str]  # by student and assignment
NO_TEAMS: Teams = {}


def alike(final_grades: Sequence[FinalGrade], teams: Teams = NO_TEAMS) -> list[Alike]:
    """Every group of two and more, in the order of their first sheets; a blank that earned nothing
    is no work.

    Who handed in together did the same work: a group is told where it has others than the members
    of one team.
    """
    groups: dict[tuple[Literal["files", "model"], str, str], list[str]] = {}
    for sheet in (sheet for final_grade in final_grades for sheet in final_grade.sheets):
        if sheet.earned:
            groups.setdefault(("files", sheet.assignment, sheet.submission_digest), []).append(
                sheet.student
            )
        if sheet.measurement is not None:
            signature = sheet.measurement.signature
            groups.setdefault(("model", sheet.assignment, signature), []).append(sheet.student)
    found = [
        Alike(what=what, assignment=assignment, students=tuple(students))
        for (what, assignment, _), students in groups.items()
        if len({teams.get((student, assignment)) or (student,) for student in students}) > 1
    ]
    same_files = {(a.assignment, a.students) for a in found if a.what == "files"}
    return [a for a in found if a.what == "files" or (a.assignment, a.students) not in same_files]


def among(groups: Sequence[Alike], sheet: ScoreSheet) -> list[Alike]:
    """The groups that a sheet's student is in for its assignment."""
    return [g for g in groups if g.assignment == sheet.assignment and sheet.student in g.students]
