"""What a student's terminal shows: an own run, criterion by criterion, and what is handed in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from autograder.model import CheckResult, Criterion, FindingId, Lang, Outcome
from autograder.report.fold_checks import told_before
from autograder.student.files import HandInFiles
from autograder.student.source_line import excerpt
from autograder.text.console import BAR, PASSED, WAITS, console, sign, sign_of, tell
from autograder.text.sanitize import one_line
from autograder.text.sentences import line_place, say, with_thousands

if TYPE_CHECKING:
    from autograder.student.check import (
        OwnRun,  # imports torch, which who packs an incomplete hand-in need not wait for
    )

SYNTAX_ERRORS = ("SyntaxError:", "IndentationError:", "TabError:")
MOST_LINES = 10  # of what a student's code printed
WIDEST = 160  # characters of such a line
OF_PACKAGES = ("module", "module_own", "module_hidden", "import_name", "relative_import")  # causes
_COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")  # how text asks a terminal for colours and moves


def show_own_run(run: OwnRun, lang: Lang) -> None:
    """A student's own run."""
    show_findings(run.findings, run.hand_in, lang)
    _show_printed(run.printed, 2, lang)
    if not any(finding.id == FindingId.IMPORT for finding in run.findings) and run.hand_in.has_source:
        results = [
            (c, [r for r in run.results if r.criterion == c.id]) for c in run.assignment.criteria
        ]
        told = told_before(results)
        for criterion, mine in results:
            _show_criterion(criterion, mine, run.hand_in, told[criterion.id], lang)
        console.print()
        tell(say("check", "hidden", lang))
    passed = sum(result.outcome is Outcome.PASSED for result in run.results)
    tell(
        say("check", "count", lang, passed=passed, total=len(run.results)),
        style="green" if run.passed else "bold",
    )


def show_begin(lang: Lang) -> None:
    """That a turn of --watch has begun, where somebody looks at what the last one left."""
    if console.is_terminal:
        tell(say("check", "checking", lang), style="bold")


def show_turn(run: OwnRun, lang: Lang) -> None:
    """One turn of --watch, on a clear screen: when it was, how it came out, and what to do."""
    console.clear()
    time = datetime.now().strftime("%H:%M:%S")  # the student's own clock
    file = run.hand_in.file.name
    tell(
        say("check", "checked", lang, file=file, time=time, seconds=f"{run.seconds:.1f}"),
        style="bold",
    )
    show_own_run(run, lang)
    tell(say("check", "waiting", lang), style="dim")
    console.file.flush()


def _show_criterion(
    criterion: Criterion,
    mine: Sequence[CheckResult],
    hand_in: HandInFiles,
    told: Mapping[str, Criterion],
    lang: Lang,
) -> None:
    """A criterion: what was checked and how it came out, or who looks at it when it is graded."""
    console.print()
    tell(criterion.title.in_(lang), style="bold")
    hint = output = ""
    for together in _by_cause(mine):
        for result in together:
            tell(result.expects, 2, sign_of(result.outcome))
        first = together[0]
        if first.outcome is not Outcome.PASSED:
            if (above := told.get(first.cause)) is not None:
                tell(say("check", "same_cause", lang, title=above.title.in_(lang)), 6)
                continue
            _show_reason(first, hand_in, lang)
            if first.hint and first.hint != hint:  # once for several checks that it helps
                hint = first.hint
                tell(hint, 6, style="cyan")
        for result in together:
            if result.output != output:
                output = result.output
                _show_printed(output, 6, lang)
    if criterion.manual:
        tell(say("check", "by_person", lang), 2, WAITS)
    elif not mine:
        tell(say("check", "by_hidden", lang), 2, WAITS)


def _by_cause(results: Sequence[CheckResult]) -> list[list[CheckResult]]:
    """Results in their order, those that one cause keeps from passing together."""
    groups: dict[str, list[CheckResult]] = {}
    for number, result in enumerate(results):
        is_shared = result.cause and result.outcome not in (Outcome.PASSED, Outcome.BLOCKED)
        groups.setdefault(result.cause if is_shared else f"\0{number}", []).append(result)
    return list(groups.values())


def _show_reason(result: CheckResult, hand_in: HandInFiles, lang: Lang) -> None:
    """Why it did not pass; the exception's own text too, where the sentence does not hold it."""
    tell(result.message, 6)
    if result.outcome is Outcome.MISSING:
        return
    _show_line(result, hand_in, 8)
    if result.outcome is Outcome.RAISED:
        _show_evidence(result, 6)


def _show_evidence(result: CheckResult, indent: int) -> None:
    """What an exception said, in its own words; nothing of a colour in it is obeyed or shown."""
    if (
        result.cause.partition(" ")[0] in OF_PACKAGES
    ):  # the sentence says all of it, in the student's language
        return
    text = _COLOURS.sub("", result.evidence)
    if text and text.partition(": ")[2] not in result.message.replace("'", "`").replace("`", "'"):
        tell(text, indent, style="dim")


def show_findings(findings: Iterable[CheckResult], hand_in: HandInFiles, lang: Lang) -> None:
    """What is to be said of the files as a whole, with what to do; a cause is told once, then only
    placed.
    """
    told: set[str] = set()
    for finding in findings:
        if finding.cause in told and finding.where:
            tell(say("check", "same_finding", lang, place=line_place(finding.where[-1], lang)), 4)
            continue
        told |= {finding.cause} - {""}
        tell(finding.message, 0, sign_of(finding.outcome))
        _show_line(finding, hand_in, 6)
        if finding.outcome is Outcome.RAISED:
            _show_evidence(finding, 4)
        if finding.hint:
            tell(finding.hint, 4, style="cyan")


def _show_line(result: CheckResult, hand_in: HandInFiles, indent: int) -> None:
    """The line of the student's file that an error names, with a caret where Python stopped
    reading.
    """
    frame = result.where[-1] if result.where else None
    content = next(
        (c for n, c in hand_in.submission.files.items() if n in hand_in.assignment.source_names),
        b"",
    )
    if frame is None or frame.file != hand_in.called:
        return
    found = excerpt(frame, content, is_syntax_error=result.evidence.startswith(SYNTAX_ERRORS))
    if found is None or not found.text:
        return
    number = f"{found.line:>{indent}}"
    for lead, text in ((number, found.text), (" " * len(number), " " * (found.caret - 1) + "^")):
        if text != "^" or found.caret:
            row = Text.assemble((lead, "dim"), " ", sign(BAR), " ", one_line(text))
            console.print(row, soft_wrap=True)


def _show_printed(output: str, indent: int, lang: Lang) -> None:
    """The end of what the student's code printed."""
    output = _COLOURS.sub("", output)
    lines = [part.rpartition("\r")[2] for part in output.replace("\r\n", "\n").rstrip().split("\n")]
    if not any(lines):
        return
    tell(say("check", "printed", lang), indent, style="dim")
    for text in lines if len(lines) <= MOST_LINES else ["…", *lines[-MOST_LINES:]]:
        row = Text.assemble(" " * indent, sign(BAR), " ", (one_line(text[:WIDEST]), "dim"))
        console.print(row, soft_wrap=True)


def show_packed(
    zip: Path, hand_in: HandInFiles, size: int, results: Sequence[CheckResult], lang: Lang
) -> None:
    """What was packed, and how the public checks came out."""
    for name, data in sorted(hand_in.submission.files.items()):
        own = hand_in.file.name if name in hand_in.assignment.source_names else name
        tell(f"{own}{'' if own == name else f' -> {name}'}  {_size(len(data), lang)}", 0, PASSED)
    passed = sum(r.outcome is Outcome.PASSED for r in results)
    tell(say("check", "count", lang, passed=passed, total=len(results)))
    console.print(
        one_line(say("check", "packed", lang, zip=zip, size=_size(size, lang))),
        markup=False,
        soft_wrap=True,
    )


def _size(n: int, lang: Lang) -> str:
    return f"{with_thousands(n, lang)} B"
