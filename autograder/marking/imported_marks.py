"""Imported marks: the points of a table become decisions, all of them or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from autograder.errors import CourseError
from autograder.marking.marks_file import MarksFile
from autograder.marking.points_table import GivenPoints, PointsTable
from autograder.model import Decisions, Mark
from autograder.scoring.criteria import format_points
from autograder.scoring.overrides import decide


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMark:
    """A mark that a table sets."""

    student: str
    mark: Mark
    before: Fraction | None  # the points of the mark that it replaces; None: there was none


def import_points(
    file: MarksFile,
    table: PointsTable,
    author: str,
    reason: str,
    *,
    is_replacing: bool = False,
    dry_run: bool = False,
) -> list[NewMark]:
    """Decide all points of a table at once, and return what is new.

    A mark with the same points stays as it is. CourseError with a line for each mark that has other
    points and is not to be replaced: then nothing is written.
    """
    by_student: dict[str, list[GivenPoints]] = {}
    for given in table.points:
        by_student.setdefault(given.student, []).append(given)
    new: list[NewMark] = []
    refused: list[str] = []

    def decided(own: Sequence[GivenPoints], decisions: Decisions) -> Decisions:
        points_before = {mark.criterion: mark.points for mark in decisions.marks}
        for given in own:
            before = points_before.get(given.criterion)
            if before == given.points:
                continue
            if before is not None and not is_replacing:
                refused.append(_refusal(given, before))
            mark = Mark(
                criterion=given.criterion, points=given.points, author=author, reason=reason
            )
            new.append(NewMark(student=given.student, mark=mark, before=before))
            decisions = decide(decisions, mark)
        return decisions

    def require_none_refused() -> None:
        if refused:
            raise CourseError(*refused)

    changes = {student: partial(decided, own) for student, own in by_student.items()}
    if dry_run:
        file.preview(changes)
        require_none_refused()
    else:
        file.change_several(changes, require_none_refused)
    return new


def _refusal(given: GivenPoints, before: Fraction) -> str:
    now, old = format_points(given.points, "en"), format_points(before, "en")
    return (
        f"{given.student}: {given.criterion}: a person gave {old}, and the table gives {now}; "
        "replace such marks with --replace, or leave the cell empty"
    )
