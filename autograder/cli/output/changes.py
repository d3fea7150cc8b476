"""The terminal's view of what changes in the grades of a class: a table, then why."""

from __future__ import annotations

from rich.table import Table

from autograder.publishing.change_words import (
    cause_words,
    checks_by_change,
    count_causes,
    crossing_words,
    difference_words,
    points_words,
    shared_cause_words,
    state_words,
    verdict_word,
)
from autograder.publishing.changes import ClassChanges, GradeChange
from autograder.scoring.criteria import format_points
from autograder.text.console import console, shown

MAX_NAMED_STUDENTS = 20  # in a line
MAX_NAMED_CHECKS = 5


def show_changes(changes: ClassChanges) -> None:
    """Show a row per student whose grade changes, what each rests on, and a count."""
    before, after = (state_words(state, "en") for state in (changes.before, changes.after))
    console.print(shown(f"from {before} to {after}"), soft_wrap=True)
    if changes.visible:
        console.print(_table(changes))
    for change in changes.visible:
        if change.presence == "both":
            _show_details(change)
    for cause, count in count_causes(changes):
        students = "1 student" if count == 1 else f"{count} students"
        console.print(shown(f"{students}: {shared_cause_words(cause, 'en')}"), soft_wrap=True)
    console.print(_summary(changes), soft_wrap=True)


def _table(changes: ClassChanges) -> Table:
    table = Table()
    table.add_column("student")
    for heading in ("before", "after", "change"):
        table.add_column(heading, justify="right")
    table.add_column("verdict")
    table.add_column("crosses")
    for change in changes.visible:
        table.add_row(*_row(change))
    return table


def _row(change: GradeChange) -> list[str]:
    before = format_points(change.total_before, lang="en")
    after = format_points(change.total_after, lang="en")
    color = "red" if change.is_loss else "green" if change.difference > 0 else ""
    difference = shown(difference_words(change.difference, "en"))
    verdict = verdict_word(change.verdict_after, "en")
    if change.verdict_before != change.verdict_after:
        verdict = f"{verdict_word(change.verdict_before, 'en')} → {verdict}"
    crossings = [
        crossing_words(crossing, "en")
        for crossing in change.crossings
        if crossing.kind != "verdict"
    ]
    return [
        shown(change.student),
        "–" if change.presence == "new" else before,
        "–" if change.presence == "gone" else after,
        f"[{color}]{difference}[/]" if color else difference,
        verdict,
        "\n".join(map(shown, crossings)),
    ]


def _show_details(change: GradeChange) -> None:
    """Show the criteria of a student, their checks, and why they changed."""
    console.print(shown(f"{change.student}:"), soft_wrap=True)
    for criterion in change.criteria:
        before = points_words(criterion.before, "en")
        after = points_words(criterion.after, "en")
        difference = difference_words(criterion.difference, "en")
        line = f"  {criterion.id}: {before} → {after} ({difference})"
        console.print(shown(line), soft_wrap=True)
        for how, checks in checks_by_change(criterion.checks, "en").items():
            named = ", ".join(checks[:MAX_NAMED_CHECKS])
            more = len(checks) - MAX_NAMED_CHECKS
            rest = f" and {more} more" if more > 0 else ""
            console.print(shown(f"    {how}: {named}{rest}"), soft_wrap=True)
    for adjustment in change.adjustments:
        before = format_points(adjustment.before, lang="en")
        after = format_points(adjustment.after, lang="en")
        console.print(shown(f"  {adjustment.id}: {before} → {after}"), soft_wrap=True)
    for cause in change.causes:
        console.print(shown(f"  why: {cause_words(cause, 'en')}"), soft_wrap=True)


def _summary(changes: ClassChanges) -> str:
    """Return the last line: how many change, and who loses something."""
    same = changes.total_students - len(changes.visible)
    line = f"{len(changes.visible)} of {changes.total_students} grades change, {same} stay the same"
    if changes.losses:
        names = [change.student for change in changes.losses]
        more = ", …" if len(names) > MAX_NAMED_STUDENTS else ""
        line += f"; {len(names)} lose something: {', '.join(names[:MAX_NAMED_STUDENTS])}{more}"
    return shown(line)
