"""What people and the clock change in a grade: marks, waivers, bonuses, appeals and lateness."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from autograder.publishing.changes import Cause, CauseKind
from autograder.publishing.grade_files import PublishedGrade
from autograder.publishing.sheet_facts import SheetFacts

Sheets = Mapping[str, SheetFacts]  # by assignment


def causes_of_decisions(
    before: PublishedGrade, after: PublishedGrade, sheets_before: Sheets, sheets_after: Sheets
) -> Iterator[Cause]:
    """Yield what was decided otherwise, by whom and why.

    The sheets are those that count: of a bonus or penalty that neither a person set nor a sheet
    holds, lateness is the cause.
    """
    old = {each["id"]: each for each in before.content["criteria"]}
    for entry in after.content["criteria"]:
        yield from _of_criterion(old.get(entry["id"], {}), entry)
    found_before, found_after = _found(sheets_before), _found(sheets_after)
    lines = {each["id"]: each for each in before.content["adjustments"]}
    for line in after.content["adjustments"]:
        first = lines.get(line["id"], {})
        if first.get("waiver") != line["waiver"]:
            yield _of_waiver(first, line)
        else:
            is_found = line["id"] in found_before | found_after
            yield from _of_adjustment(first, line, is_found=is_found)


def _of_criterion(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Cause]:
    """Yield another mark of a criterion, and another appeal against it."""
    place = {"criterion": after["id"], "assignment": after["assignment"] or ""}
    old, new = before.get("mark"), after["mark"]
    points_differ = before.get("earned_exact") != after["earned_exact"]
    if new is not None and (new != old or points_differ):
        yield Cause(kind=CauseKind.MARK, **place, values=_words(new))
    if new is None and old is not None:
        yield Cause(kind=CauseKind.MARK_GONE, **place, values=_words(old))
    asked, appeal = before.get("appeal"), after["appeal"]
    if appeal is not None and appeal != asked:
        if appeal["author"]:
            yield Cause(kind=CauseKind.ANSWER, **place, values=_words(appeal))
        else:
            values = {"author": "", "reason": appeal["asks"]}
            yield Cause(kind=CauseKind.APPEAL, **place, values=values)


def _of_waiver(before: Mapping[str, Any], after: Mapping[str, Any]) -> Cause:
    old, new = before.get("waiver"), after["waiver"]
    kind = CauseKind.WAIVER_GONE if new is None else CauseKind.WAIVER
    decision: Mapping[str, Any] = new or old or {}
    return Cause(kind=kind, values={"name": after["id"], **_words(decision)})


def _of_adjustment(
    before: Mapping[str, Any], after: Mapping[str, Any], *, is_found: bool
) -> Iterator[Cause]:
    """Yield why a bonus or penalty applies now, applies no more, or for another reason.

    Where only its points are others it follows from those of criteria.
    """
    had, has = before.get("applied", False), after["applied"]
    has_other_reason = had and _words(before) != _words(after)
    if not (had or has) or (had == has and not has_other_reason):
        return
    last = after if has else before
    if last["author"]:
        kind = CauseKind.DECIDED_ADJUSTMENT if has else CauseKind.DECIDED_ADJUSTMENT_GONE
    elif is_found:
        kind = CauseKind.FOUND_ADJUSTMENT if has else CauseKind.FOUND_ADJUSTMENT_GONE
    else:
        kind = CauseKind.LATE if has else CauseKind.LATE_GONE
    yield Cause(kind=kind, values={"name": after["id"], **_words(last)})


def _words(decision: Mapping[str, Any]) -> dict[str, str]:
    """Return who decided and why; the author is empty where the harness did."""
    return {"author": decision["author"], "reason": decision["reason"]}


def _found(sheets: Sheets) -> set[str]:
    """Return the bonuses and penalties that the graders found."""
    return {name for sheet in sheets.values() for name in sheet.adjustments}
