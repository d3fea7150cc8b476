"""Students whose work is the same or nearly: for a person to judge; it costs no points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from autograder.model import FinalGrade, ScoreSheet
from autograder.report.alike_answers import alike_answers
from autograder.report.alike_models import alike_models

# The stronger evidence first: what it tells of students is not told again by a weaker one.
WorkKind: TypeAlias = Literal["files", "forms", "model", "predictions", "mistakes"]
TeamOfStudent: TypeAlias = Mapping[tuple[str, str], str]  # team by student and assignment
NO_TEAMS: TeamOfStudent = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class IdenticalWork:
    """Students who handed in the same, or what differs in little that matters."""

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
    sheets: dict[str, dict[str, ScoreSheet]] = {}  # by assignment and student
    for final_grade in final_grades:
        for sheet in final_grade.sheets:
            sheets.setdefault(sheet.assignment, {})[sheet.student] = sheet
    groups: list[IdenticalWork] = []
    for assignment, by_student in sheets.items():
        told: list[set[str]] = []
        for kind, students in _alike(by_student):
            # A student without a team is one for himself: a tuple equals no name of a team.
            distinct = {teams.get((student, assignment)) or (student,) for student in students}
            if len(distinct) > 1 and not any(known.issuperset(students) for known in told):
                told.append(set(students))
                groups.append(IdenticalWork(kind=kind, assignment=assignment, students=students))
    return groups


def _alike(sheets: Mapping[str, ScoreSheet]) -> Iterator[tuple[WorkKind, tuple[str, ...]]]:
    """Yield the groups among the sheets of one assignment, by student."""
    files = ((s, [sheet.submission_digest] if sheet.earned else []) for s, sheet in sheets.items())
    forms = ((student, sheet.likeness.forms) for student, sheet in sheets.items())
    measured = {s: sheet.measurement for s, sheet in sheets.items() if sheet.measurement}
    models = ((student, [each.signature]) for student, each in measured.items())
    yield from (("files", group) for group in _with_the_same(files))
    yield from (("forms", group) for group in _with_the_same(forms))
    yield from (("model", group) for group in _with_the_same(models))
    predictions = {student: each.predictions for student, each in measured.items()}
    yield from (("predictions", group) for group in _joined(alike_models(predictions), sheets))
    mistakes = {student: sheet.likeness.mistakes for student, sheet in sheets.items()}
    yield from (("mistakes", group) for group in _joined(alike_answers(mistakes), sheets))


def _with_the_same(digests: Iterable[tuple[str, Sequence[str]]]) -> list[tuple[str, ...]]:
    """Return the students who share a digest, a group for each."""
    students: dict[str, list[str]] = {}
    for student, of_student in digests:
        for digest in of_student:
            students.setdefault(digest, []).append(student)
    return [tuple(group) for group in students.values() if len(group) > 1]


def _joined(pairs: Iterable[tuple[str, str]], students: Iterable[str]) -> list[tuple[str, ...]]:
    """Return the groups that pairs form: whoever is alike to one of a group belongs to it."""
    group_of: dict[str, set[str]] = {}
    for one, other in pairs:
        joined = group_of.get(one, {one}) | group_of.get(other, {other})
        group_of.update(dict.fromkeys(joined, joined))
    groups: dict[int, tuple[str, ...]] = {}
    for student in students:
        group = group_of.get(student)
        if group is not None:
            groups[id(group)] = (*groups.get(id(group), ()), student)
    return list(groups.values())


def by_students(groups: Sequence[IdenticalWork]) -> dict[tuple[str, ...], list[IdenticalWork]]:
    """Return what the same students share, in the order of the groups."""
    together: dict[tuple[str, ...], list[IdenticalWork]] = {}
    for group in groups:
        together.setdefault(group.students, []).append(group)
    return together


def groups_of(groups: Sequence[IdenticalWork], sheet: ScoreSheet) -> list[IdenticalWork]:
    """Return the groups that a sheet's student is in for its assignment."""
    return [g for g in groups if g.assignment == sheet.assignment and sheet.student in g.students]
