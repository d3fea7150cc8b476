"""The comparison of two grades of a student: points, thresholds, and the causes of each change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from autograder.publishing.changes import (
    AdjustmentChange,
    Cause,
    CauseKind,
    CriterionChange,
    GradeChange,
)
from autograder.publishing.decision_causes import causes_of_decisions
from autograder.publishing.grade_files import CriterionPoints, PublishedGrade
from autograder.publishing.sheet_causes import causes_of_sheet, checks_that_ended_otherwise
from autograder.publishing.sheet_facts import SheetFacts
from autograder.publishing.thresholds import crossings_between

Sheets = Mapping[str, SheetFacts]  # by assignment
NOTHING = Fraction(0)


def compare_grades(
    before: PublishedGrade | None,
    after: PublishedGrade | None,
    sheets_before: Sheets,
    sheets_after: Sheets,
) -> GradeChange:
    """Return what changes from one grade of a student to the next; one of them may be missing.

    The sheets are those of the student's result files.
    """
    if before is None or after is None:
        return _one_sided(before, after)
    counted_before = _counted(before, sheets_before)
    counted_after = _counted(after, sheets_after)
    return GradeChange(
        student=after.student,
        presence="both",
        total_before=before.total,
        total_after=after.total,
        waiting_before=before.waiting,
        waiting_after=after.waiting,
        verdict_before=before.verdict,
        verdict_after=after.verdict,
        criteria=tuple(_criteria(before, after, counted_before, counted_after)),
        adjustments=tuple(_adjustments(before, after)),
        crossings=tuple(crossings_between(before, after)),
        causes=_unique(
            [
                *_causes_of_sheets(after, sheets_before, sheets_after),
                *_causes_of_refusal(counted_before, counted_after, sheets_before, sheets_after),
                *causes_of_decisions(before, after, counted_before, counted_after),
                *_causes_of_stages(before, after, counted_before, counted_after),
                *_causes_of_rubric(before, after),
            ]
        ),
    )


def _one_sided(before: PublishedGrade | None, after: PublishedGrade | None) -> GradeChange:
    """Return the change of a student who is new, or who is gone."""
    present = after or before
    assert present is not None
    return GradeChange(
        student=present.student,
        presence="gone" if after is None else "new",
        total_before=before.total if before else NOTHING,
        total_after=after.total if after else NOTHING,
        waiting_before=before.waiting if before else NOTHING,
        waiting_after=after.waiting if after else NOTHING,
        verdict_before=before.verdict if before else "",
        verdict_after=after.verdict if after else "",
    )


def _counted(grade: PublishedGrade, sheets: Sheets) -> dict[str, SheetFacts]:
    """Return the sheets that a grade counts: a hand-in that came too late is not among them."""
    return {each.id: sheets[each.id] for each in grade.sheets if each.id in sheets}


def _criteria(
    before: PublishedGrade, after: PublishedGrade, sheets_before: Sheets, sheets_after: Sheets
) -> Iterator[CriterionChange]:
    """Yield the criteria with other points or checks, in the later rubric's order."""
    old = {each.id: each for each in before.criteria}
    new = {each.id: each for each in after.criteria}
    for name in (*new, *(each for each in old if each not in new)):
        first, last = old.get(name), new.get(name)
        assignment = _assignment_of(last) or _assignment_of(first)
        checks = checks_that_ended_otherwise(
            _checks_of(sheets_before, assignment, name), _checks_of(sheets_after, assignment, name)
        )
        change = CriterionChange(
            id=name,
            assignment=assignment,
            before=first.earned if first else None,
            after=last.earned if last else None,
            checks=tuple(checks),
        )
        if change.before != change.after or change.checks:
            yield change


def _assignment_of(criterion: CriterionPoints | None) -> str:
    return (criterion.assignment or "") if criterion else ""


def _checks_of(sheets: Sheets, assignment: str, criterion: str) -> Mapping[str, Any]:
    sheet = sheets.get(assignment)
    return sheet.checks.get(criterion, {}) if sheet else {}


def _adjustments(before: PublishedGrade, after: PublishedGrade) -> Iterator[AdjustmentChange]:
    old, new = _points_of_adjustments(before), _points_of_adjustments(after)
    for name in (*new, *(each for each in old if each not in new)):
        first, last = old.get(name, NOTHING), new.get(name, NOTHING)
        if first != last:
            yield AdjustmentChange(id=name, before=first, after=last)


def _points_of_adjustments(grade: PublishedGrade) -> dict[str, Fraction]:
    return {
        line["id"]: Fraction(line["points_exact"]) if line["applied"] else NOTHING
        for line in grade.content["adjustments"]
    }


def _causes_of_sheets(
    after: PublishedGrade, sheets_before: Sheets, sheets_after: Sheets
) -> Iterator[Cause]:
    """Yield why results are others, in the course's order of assignments."""
    order = [each["assignment"] for each in after.content["assignments"]]
    for assignment in (*order, *(each for each in sheets_before if each not in order)):
        yield from causes_of_sheet(
            assignment, sheets_before.get(assignment), sheets_after.get(assignment)
        )


def _causes_of_refusal(
    counted_before: Sheets, counted_after: Sheets, sheets_before: Sheets, sheets_after: Sheets
) -> Iterator[Cause]:
    """Yield the hand-ins that are graded and count no more, or now: lateness refused them."""
    for name in sorted(sheets_before.keys() & sheets_after.keys()):
        if name in counted_before and name not in counted_after:
            yield Cause(kind=CauseKind.REFUSED, assignment=name)
        if name in counted_after and name not in counted_before:
            yield Cause(kind=CauseKind.ACCEPTED, assignment=name)


def _causes_of_stages(
    before: PublishedGrade, after: PublishedGrade, sheets_before: Sheets, sheets_after: Sheets
) -> Iterator[Cause]:
    """Yield the assignments that no sheet counts and whose state is another, such as "not due"."""
    old = {each["assignment"]: each["stage"] for each in before.content["assignments"]}
    for entry in after.content["assignments"]:
        name, stage = entry["assignment"], entry["stage"]
        has_sheet = name in sheets_before or name in sheets_after
        if not has_sheet and name in old and old[name] != stage:
            values = {"before": old[name], "after": stage}
            yield Cause(kind=CauseKind.STAGE, assignment=name, values=values)


def _causes_of_rubric(before: PublishedGrade, after: PublishedGrade) -> Iterator[Cause]:
    if before.content["rubric"] != after.content["rubric"]:
        yield Cause(kind=CauseKind.RUBRIC)


def _unique(causes: list[Cause]) -> tuple[Cause, ...]:
    """Return the causes, each once: the environment is alike for all assignments."""
    found: list[Cause] = []
    for cause in causes:
        if cause not in found:
            found.append(cause)
    return tuple(found)
