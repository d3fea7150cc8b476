"""The student's terminal: an own run, criterion by criterion, and what was packed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from autograder.model import CheckResult, Criterion, FindingId, Lang, Outcome
from autograder.report.fold_checks import explained_above
from autograder.student.changes import Passed, changes_since
from autograder.student.explained import by_cause, named_line, output_lines, own_text
from autograder.student.files import HandInFiles
from autograder.text.console import BAR, PASSED, WAITING, console, print_text, sign_of, sign_text
from autograder.text.sanitize import one_line
from autograder.text.sentences import line_place, say, with_decimal, with_thousands

if TYPE_CHECKING:  # imports torch, which the packing of an incomplete hand-in need not wait for
    from autograder.student.check import OwnRun

MAX_NAMED_CHANGES = 3  # of many checks at once only the number is printed


@dataclass(slots=True, kw_only=True)
class Told:
    """What a run's text has told already, and does not repeat."""

    explained: Mapping[str, Criterion] = field(default_factory=dict)  # criteria by their causes
    hints: set[str] = field(default_factory=set)
    outputs: set[str] = field(default_factory=lambda: {""})


def show_own_run(run: OwnRun, lang: Lang, before: Passed | None = None) -> None:
    """Print a student's own run, and what changed since the results `before`."""
    show_whole_file(run, lang)
    if was_checked(run):
        told = Told()
        explained = explained_above(run.by_criterion)
        for criterion, results in run.by_criterion:
            told.explained = explained[criterion.id]
            _show_criterion(criterion, results, run.hand_in, told, lang)
        console.print()
        print_text(say("check", "hidden", lang))
    show_changed_checks(run, lang, before)
    show_last_line(run, lang, before)


def show_whole_file(run: OwnRun, lang: Lang) -> None:
    """Print what was found of the file as a whole, and what it printed when it was imported."""
    show_findings(run.findings, run.hand_in, lang)
    _show_output(run.printed, 2, lang)


def was_checked(run: OwnRun) -> bool:
    """Return whether the checks could look at the code."""
    is_imported = not any(finding.id == FindingId.IMPORT for finding in run.findings)
    return is_imported and run.hand_in.has_source


def show_changed_checks(run: OwnRun, lang: Lang, before: Passed | None) -> None:
    """Print which checks pass since the last run, and which no longer do, where they are few."""
    changes = changes_since(before or {}, run.results)
    for key, expectations in (("now_pass", changes.gained), ("no_longer", changes.lost)):
        if 0 < len(expectations) <= MAX_NAMED_CHANGES:
            names = " ".join(expectations)
            print_text(say("check", key, lang, count=len(expectations), names=names))


def show_last_line(run: OwnRun, lang: Lang, before: Passed | None = None) -> None:
    """Print the time, how many checks passed of all, and how that changed."""
    print_text(last_line(run, lang, before), style="green" if run.passed else "bold")


def last_line(run: OwnRun, lang: Lang, before: Passed | None = None) -> str:
    """Return the line that ends a run: how many checks passed, when, and what changed."""
    changed = ""
    if before is not None:
        changes = changes_since(before, run.results)
        gained, lost = len(changes.gained), len(changes.lost)
        key = "changed" if gained or lost else "unchanged"
        changed = say("check", key, lang, gained=gained, lost=lost)
    time, seconds = run.ended_at.strftime("%H:%M:%S"), with_decimal(run.seconds, lang)
    count = say("check", "count", lang, **_counts(run.results)).removesuffix(".")
    return say("check", "last", lang, count=count, time=time, seconds=seconds, changed=changed)


def _counts(results: Sequence[CheckResult]) -> dict[str, int]:
    passed = sum(result.outcome is Outcome.PASSED for result in results)
    return {"passed": passed, "total": len(results)}


def _show_criterion(
    criterion: Criterion,
    results: Sequence[CheckResult],
    hand_in: HandInFiles,
    told: Told,
    lang: Lang,
) -> None:
    """Print what was checked of a criterion, or what looks at it when it is graded."""
    console.print()
    print_text(criterion.title.in_(lang), style="bold")
    for group in by_cause(results):
        for result in group:
            print_text(result.expects, 2, sign_of(result.outcome))
        show_cause(group, hand_in, told, lang)
    if criterion.manual:
        print_text(say("check", "by_person", lang), 2, WAITING)
    elif not results:
        print_text(say("check", "by_hidden", lang), 2, WAITING)


def show_cause(
    group: Sequence[CheckResult], hand_in: HandInFiles, told: Told, lang: Lang, indent: int = 6
) -> None:
    """Print the reason, hint and output of checks with one cause; what was told is not repeated."""
    first = group[0]
    above = told.explained.get(first.cause) if first.outcome is not Outcome.PASSED else None
    if above is not None:
        print_text(say("check", "same_cause", lang, title=above.title.in_(lang)), indent)
        return
    if first.outcome is not Outcome.PASSED:
        _show_reason(first, hand_in, indent)
        if first.hint and first.hint not in told.hints:
            told.hints.add(first.hint)
            print_text(first.hint, indent, style="cyan")
    for result in group:
        if result.output not in told.outputs:
            told.outputs.add(result.output)
            _show_output(result.output, indent, lang)


def _show_reason(result: CheckResult, hand_in: HandInFiles, indent: int) -> None:
    """Print why a check did not pass, and the exception's text where the sentence has it not."""
    print_text(result.message, indent)
    if result.outcome is Outcome.MISSING:
        return
    _show_line(result, hand_in, indent + 2)
    _show_own_text(result, indent)


def _show_own_text(result: CheckResult, indent: int) -> None:
    """Print an exception's own text, unless the sentence says it."""
    if text := own_text(result):
        print_text(text, indent, style="dim")


def show_findings(findings: Iterable[CheckResult], hand_in: HandInFiles, lang: Lang) -> None:
    """Print the findings on the files as a whole, with what to do.

    A cause is explained once; the next finding with it shows its place only.
    """
    explained: set[str] = set()
    for finding in findings:
        if finding.cause in explained and finding.where:
            place = line_place(finding.where[-1], lang)
            print_text(say("check", "same_finding", lang, place=place), 4)
            continue
        explained |= {finding.cause} - {""}
        print_text(finding.message, 0, sign_of(finding.outcome))
        _show_line(finding, hand_in, 6)
        _show_own_text(finding, 4)
        if finding.hint:
            print_text(finding.hint, 4, style="cyan")


def _show_line(result: CheckResult, hand_in: HandInFiles, indent: int) -> None:
    """Print the line of the student's file that an error names, with a caret below it."""
    line = named_line(result, hand_in)
    if line is None:
        return
    number = f"{line.line:>{indent}}"
    _print_beside_bar(number, line.text)
    if line.caret:
        _print_beside_bar(" " * len(number), " " * (line.caret - 1) + "^")


def _print_beside_bar(lead: str, text: str, style: str = "") -> None:
    row = Text.assemble((lead, "dim"), " ", sign_text(BAR), " ", (one_line(text), style))
    console.print(row, soft_wrap=True)


def _show_output(output: str, indent: int, lang: Lang) -> None:
    """Print the end of what the student's code printed."""
    lines = output_lines(output)
    if not lines:
        return
    print_text(say("check", "printed", lang), indent, style="dim")
    for line in lines:
        _print_beside_bar(" " * (indent - 1), line, "dim")


def show_packed(
    archive: Path, hand_in: HandInFiles, size: int, results: Sequence[CheckResult], lang: Lang
) -> None:
    """Print what was packed, and how many public checks passed; `size` is in bytes."""
    for name, data in sorted(hand_in.submission.files.items()):
        own = hand_in.file.name if name in hand_in.assignment.source_names else name
        renamed = "" if own == name else f" -> {name}"
        print_text(f"{own}{renamed}  {_size_in_words(len(data), lang)}", 0, PASSED)
    print_text(say("check", "count", lang, **_counts(results)))
    sentence = say("check", "packed", lang, zip=archive, size=_size_in_words(size, lang))
    console.print(one_line(sentence), markup=False, soft_wrap=True)


def _size_in_words(size: int, lang: Lang) -> str:
    return f"{with_thousands(size, lang)} B"
