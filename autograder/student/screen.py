"""The student's terminal: an own run, criterion by criterion, and what was packed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from autograder.model import CheckResult, Criterion, FindingId, Lang, Outcome
from autograder.report.fold_checks import explained_above
from autograder.student.files import HandInFiles
from autograder.student.source_line import source_line
from autograder.text.console import BAR, PASSED, WAITING, console, print_text, sign_of, sign_text
from autograder.text.sanitize import one_line
from autograder.text.sentences import line_place, say, with_thousands

if TYPE_CHECKING:  # imports torch, which the packing of an incomplete hand-in need not wait for
    from autograder.student.check import OwnRun

SYNTAX_ERRORS = ("SyntaxError:", "IndentationError:", "TabError:")
MAX_OUTPUT_LINES = 10  # of what a student's code printed
MAX_OUTPUT_LINE_CHARS = 160
# Causes whose sentence says all that the exception's own text does, in the student's language.
CAUSES_OF_PACKAGES = ("module", "module_own", "module_hidden", "import_name", "relative_import")
_ANSI_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")  # colours and moves of the cursor


def show_own_run(run: OwnRun, lang: Lang) -> None:
    """Print a student's own run."""
    show_findings(run.findings, run.hand_in, lang)
    _show_output(run.printed, 2, lang)
    is_imported = not any(finding.id == FindingId.IMPORT for finding in run.findings)
    if is_imported and run.hand_in.has_source:
        by_criterion = []
        for criterion in run.assignment.criteria:
            own = [result for result in run.results if result.criterion == criterion.id]
            by_criterion.append((criterion, own))
        explained = explained_above(by_criterion)
        for criterion, own in by_criterion:
            _show_criterion(criterion, own, run.hand_in, explained[criterion.id], lang)
        console.print()
        print_text(say("check", "hidden", lang))
    style = "green" if run.passed else "bold"
    print_text(_count_sentence(run.results, lang), style=style)


def _count_sentence(results: Sequence[CheckResult], lang: Lang) -> str:
    passed = sum(result.outcome is Outcome.PASSED for result in results)
    return say("check", "count", lang, passed=passed, total=len(results))


def show_begin(lang: Lang) -> None:
    """Print that a turn of --watch has begun, below the results of the last one."""
    if console.is_terminal:
        print_text(say("check", "checking", lang), style="bold")


def show_turn(run: OwnRun, lang: Lang) -> None:
    """Print one turn of --watch on a clear screen: its time, its results, and what to do."""
    console.clear()
    time = datetime.now().strftime("%H:%M:%S")  # the student's own clock
    file, seconds = run.hand_in.file.name, f"{run.seconds:.1f}"
    print_text(say("check", "checked", lang, file=file, time=time, seconds=seconds), style="bold")
    show_own_run(run, lang)
    print_text(say("check", "waiting", lang), style="dim")
    console.file.flush()


def _show_criterion(
    criterion: Criterion,
    results: Sequence[CheckResult],
    hand_in: HandInFiles,
    explained: Mapping[str, Criterion],
    lang: Lang,
) -> None:
    """Print what was checked of a criterion, or what looks at it when it is graded."""
    console.print()
    print_text(criterion.title.in_(lang), style="bold")
    last_hint = last_output = ""  # those of several checks in a row are printed once
    for group in _by_cause(results):
        for result in group:
            print_text(result.expects, 2, sign_of(result.outcome))
        first = group[0]
        above = explained.get(first.cause) if first.outcome is not Outcome.PASSED else None
        if above is not None:
            print_text(say("check", "same_cause", lang, title=above.title.in_(lang)), 6)
        else:
            last_hint, last_output = _show_group(group, hand_in, last_hint, last_output, lang)
    if criterion.manual:
        print_text(say("check", "by_person", lang), 2, WAITING)
    elif not results:
        print_text(say("check", "by_hidden", lang), 2, WAITING)


def _show_group(
    group: Sequence[CheckResult], hand_in: HandInFiles, last_hint: str, last_output: str, lang: Lang
) -> tuple[str, str]:
    """Print the reason, hint and output of checks with one cause; return the last hint and output.

    The hint and the output that were printed last are not repeated.
    """
    first = group[0]
    if first.outcome is not Outcome.PASSED:
        _show_reason(first, hand_in)
        if first.hint and first.hint != last_hint:
            last_hint = first.hint
            print_text(first.hint, 6, style="cyan")
    for result in group:
        if result.output != last_output:
            last_output = result.output
            _show_output(result.output, 6, lang)
    return last_hint, last_output


def _by_cause(results: Sequence[CheckResult]) -> list[list[CheckResult]]:
    """Return results in their order, those that one cause keeps from passing together."""
    groups: dict[str, list[CheckResult]] = {}
    for number, result in enumerate(results):
        is_shared = result.cause and result.outcome not in (Outcome.PASSED, Outcome.BLOCKED)
        groups.setdefault(result.cause if is_shared else f"\0{number}", []).append(result)
    return list(groups.values())


def _show_reason(result: CheckResult, hand_in: HandInFiles) -> None:
    """Print why a check did not pass, and the exception's text where the sentence has it not."""
    print_text(result.message, 6)
    if result.outcome is Outcome.MISSING:
        return
    _show_line(result, hand_in, 8)
    if result.outcome is Outcome.RAISED:
        _show_evidence(result, 6)


def _show_evidence(result: CheckResult, indent: int) -> None:
    """Print an exception's own text, unless the sentence says it; colours in it are removed."""
    if result.cause.partition(" ")[0] in CAUSES_OF_PACKAGES:
        return
    text = _ANSI_CODES.sub("", result.evidence)
    message = result.message.replace("`", "'")
    if text and text.partition(": ")[2] not in message:
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
        if finding.outcome is Outcome.RAISED:
            _show_evidence(finding, 4)
        if finding.hint:
            print_text(finding.hint, 4, style="cyan")


def _show_line(result: CheckResult, hand_in: HandInFiles, indent: int) -> None:
    """Print the line of the student's file that an error names, with a caret below it."""
    frame = result.where[-1] if result.where else None
    if frame is None or frame.file != hand_in.shown_name:
        return
    is_syntax_error = result.evidence.startswith(SYNTAX_ERRORS)
    line = source_line(frame, hand_in.source, is_syntax_error=is_syntax_error)
    if line is None or not line.text:
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
    text = _ANSI_CODES.sub("", output).replace("\r\n", "\n").rstrip()
    lines = [line.rpartition("\r")[2] for line in text.split("\n")]  # as a terminal overwrites
    if not any(lines):
        return
    print_text(say("check", "printed", lang), indent, style="dim")
    if len(lines) > MAX_OUTPUT_LINES:
        lines = ["…", *lines[-MAX_OUTPUT_LINES:]]
    for line in lines:
        _print_beside_bar(" " * (indent - 1), line[:MAX_OUTPUT_LINE_CHARS], "dim")


def show_packed(
    archive: Path, hand_in: HandInFiles, size: int, results: Sequence[CheckResult], lang: Lang
) -> None:
    """Print what was packed, and how many public checks passed; `size` is in bytes."""
    for name, data in sorted(hand_in.submission.files.items()):
        own = hand_in.file.name if name in hand_in.assignment.source_names else name
        renamed = "" if own == name else f" -> {name}"
        print_text(f"{own}{renamed}  {_size_in_words(len(data), lang)}", 0, PASSED)
    print_text(_count_sentence(results, lang))
    sentence = say("check", "packed", lang, zip=archive, size=_size_in_words(size, lang))
    console.print(one_line(sentence), markup=False, soft_wrap=True)


def _size_in_words(size: int, lang: Lang) -> str:
    return f"{with_thousands(size, lang)} B"
