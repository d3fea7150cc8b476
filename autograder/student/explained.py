"""What a student reads of a check: its cause, its line, what was raised and what was printed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from autograder.model import CheckResult, Outcome
from autograder.report.fold_checks import WITHOUT_CAUSE
from autograder.student.files import HandInFiles
from autograder.student.source_line import SourceLine, source_line

SYNTAX_ERRORS = ("SyntaxError:", "IndentationError:", "TabError:")
MAX_OUTPUT_LINES = 10  # of what a student's code printed
MAX_OUTPUT_LINE_CHARS = 160
# Causes whose sentence says all that the exception's own text does, in the student's language.
CAUSES_OF_PACKAGES = ("module", "module_own", "module_hidden", "import_name", "relative_import")
_ANSI_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")  # colours and moves of the cursor


def by_cause(results: Sequence[CheckResult]) -> list[list[CheckResult]]:
    """Return results in their order, those that one cause keeps from passing together."""
    groups: dict[str, list[CheckResult]] = {}
    for number, result in enumerate(results):
        is_shared = result.cause and result.outcome not in WITHOUT_CAUSE
        groups.setdefault(result.cause if is_shared else f"\0{number}", []).append(result)
    return list(groups.values())


def without_ansi_codes(text: str) -> str:
    """Return a text without colours and moves of the cursor."""
    return _ANSI_CODES.sub("", text)


def own_text(result: CheckResult) -> str:
    """Return the text of the exception that a check met; empty where the sentence says it."""
    if result.outcome is not Outcome.RAISED:
        return ""
    if result.cause.partition(" ")[0] in CAUSES_OF_PACKAGES:
        return ""
    text = without_ansi_codes(result.evidence)
    message = result.message.replace("`", "'")
    return text if text.partition(": ")[2] not in message else ""


def named_line(result: CheckResult, hand_in: HandInFiles) -> SourceLine | None:
    """Return the line of the student's file that a result names; None without one."""
    frame = result.where[-1] if result.where else None
    if frame is None or frame.file != hand_in.shown_name:
        return None
    is_syntax_error = result.evidence.startswith(SYNTAX_ERRORS)
    line = source_line(frame, hand_in.source, is_syntax_error=is_syntax_error)
    return line if line is not None and line.text else None


def output_lines(output: str) -> list[str]:
    """Return the end of what student code printed, line by line; empty without a visible one."""
    text = without_ansi_codes(output).replace("\r\n", "\n").rstrip()
    lines = [line.rpartition("\r")[2] for line in text.split("\n")]  # as a terminal overwrites
    if not any(lines):
        return []
    if len(lines) > MAX_OUTPUT_LINES:
        lines = ["…", *lines[-MAX_OUTPUT_LINES:]]
    return [line[:MAX_OUTPUT_LINE_CHARS] for line in lines]
