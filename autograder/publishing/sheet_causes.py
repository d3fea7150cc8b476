"""Why a result is another: hand-in, graders, rules, data and environment of its two files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from autograder.publishing.changes import Cause, CauseKind, CheckChange
from autograder.publishing.sheet_facts import CheckFact, SheetFacts

MAX_NAMED_PACKAGES = 5
DIGEST_DIGITS = 12  # hex digits of a hand-in's digest that people compare


def causes_of_sheet(
    assignment: str, before: SheetFacts | None, after: SheetFacts | None
) -> Iterator[Cause]:
    """Yield why the result of an assignment is another; nothing where both rest on the same."""
    if before is None and after is not None:
        yield Cause(kind=CauseKind.FIRST_HAND_IN, assignment=assignment)
    if before is not None and after is None:
        yield Cause(kind=CauseKind.NO_HAND_IN, assignment=assignment)
    if before is None or after is None:
        return
    found = [*_of_contents(assignment, before, after), *_of_environment(before, after)]
    yield from found
    has_other_checks = (before.checks, before.findings) != (after.checks, after.findings)
    if not found and (has_other_checks or before.status != after.status):
        yield Cause(kind=CauseKind.REPEATED, assignment=assignment)


def _of_contents(assignment: str, before: SheetFacts, after: SheetFacts) -> Iterator[Cause]:
    """Yield what changed in the hand-in, in the graders and in what they read."""
    if before.submission != after.submission:
        values = _before_and_after(
            before.submission[:DIGEST_DIGITS], after.submission[:DIGEST_DIGITS]
        )
        yield Cause(kind=CauseKind.CODE, assignment=assignment, values=values)
    for path, how in _differences(before.files, after.files):
        values = {"file": f"assignments/{assignment}/{path}", "how": how}
        yield Cause(kind=CauseKind.GRADERS, assignment=assignment, values=values)
    for name, how in _differences(before.rules, after.rules):
        values = {"name": name, "how": how}
        yield Cause(kind=CauseKind.RULES, assignment=assignment, values=values)
    if before.data != after.data:
        yield Cause(kind=CauseKind.DATA, assignment=assignment)


def _of_environment(before: SheetFacts, after: SheetFacts) -> Iterator[Cause]:
    """Yield what changed in the environment; these causes are alike for all assignments."""
    pairs = (
        (CauseKind.HARNESS, before.harness, after.harness),
        (CauseKind.PYTHON, before.python, after.python),
        (CauseKind.SANDBOX, before.level, after.level),
        (CauseKind.SEED, before.seed, after.seed),
    )
    for kind, old, new in pairs:
        if old != new:
            yield Cause(kind=kind, values=_before_and_after(old, new))
    names = [name for name, _ in _differences(before.packages, after.packages)]
    for name in names[:MAX_NAMED_PACKAGES]:
        old, new = before.packages.get(name, ""), after.packages.get(name, "")
        yield Cause(kind=CauseKind.PACKAGE, values={"name": name, **_before_and_after(old, new)})
    if len(names) > MAX_NAMED_PACKAGES:
        rest = str(len(names) - MAX_NAMED_PACKAGES)
        yield Cause(kind=CauseKind.PACKAGES, values={"count": rest})


def checks_that_ended_otherwise(
    before: Mapping[str, CheckFact], after: Mapping[str, CheckFact]
) -> Iterator[CheckChange]:
    """Yield the checks whose outcome or credit is another, in the order of the later result."""
    for check in (*after, *(each for each in before if each not in after)):
        old, new = before.get(check), after.get(check)
        if old != new:
            yield CheckChange(
                id=check,
                before=old.outcome if old else None,
                after=new.outcome if new else None,
                credit_before=old.credit if old else None,
                credit_after=new.credit if new else None,
            )


def _before_and_after(before: str, after: str) -> dict[str, str]:
    return {"before": before or "–", "after": after or "–"}


def _differences(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the names that differ between two mappings, and how."""
    for name in sorted(before.keys() | after.keys()):
        if name not in before:
            yield name, "new"
        elif name not in after:
            yield name, "gone"
        elif before[name] != after[name]:
            yield name, "changed"
