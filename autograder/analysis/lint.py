"""Source code as evidence: what ruff finds by category, and how much of the code is documented;
nothing runs.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Timer
from typing import Any

from autograder.sandbox.cells import NotebookError, code_of, is_other, raw_cells, written_by
from autograder.sandbox.encoding import decoded_code

SECONDS = 10.0  # that ruff may take
OUTPUT = 1 << 20  # bytes of its answer: a count for each rule
RULES = "E,F,W,N,B,C90,PLR0915,D101,D102,D103,ERA001"
# Natural in a notebook: a late import, a cell without a last newline, a value shown, one that is
# awaited.
FREE = "E402,W292,B018,F704"
CATEGORIES = {  # by the first letters of a rule, the longer ones first
    "ERA": "leftover",  # code that was commented out
    "PLR": "complexity",
    "C90": "complexity",
    "D": "undocumented",
    "N": "naming",
    "B": "pitfalls",
    "F": "errors",  # unused, undefined, or no Python at all
    "E": "style",
    "W": "style",
}
DEFINITION = re.compile(r"^[ \t]{0,40}(?:async +)?(?:def|class) ", re.MULTILINE)
COMMENT = re.compile(r"^[ \t]{0,40}#(?!#| ?%%| ?!)|[^\s#][ \t]{1,40}# ", re.MULTILINE)
PROSE = re.compile(
    r"^# %% \[markdown\]\n(?:#.*\n)*", re.MULTILINE
)  # a notebook's text in a .py file


# IPython's lines, told by their look: to compile a student's source here would be to trust it.
MAGIC = re.compile(
    r"^([ \t]{0,40})(?:%{1,2}[a-z]|![ \t]*[\w./]|\?{1,2}\w|[\w.]{1,80}\?{1,2}$|(?:pip|conda) install )"
    r"(?:.*\\\n)*.*$",
    re.MULTILINE,
)
ASKED = re.compile(
    r"^([ \t]{0,40}\w{1,80}[ \t]{0,40}=)[ \t]{0,40}[!%][ \t]{0,40}[a-z].*$", re.MULTILINE
)  # x = !ls


@dataclass(frozen=True, slots=True, kw_only=True)
class LintEvidence:
    """What a machine can say of source code."""

    lines: int  # that are not blank
    definitions: int  # functions, methods and classes
    comments: (
        int  # comment lines, and comments at the end of a line; without code that was commented out
    )
    found: Mapping[str, int]  # by category, see CATEGORIES

    @property
    def documented(self) -> float:
        """The share of the definitions that have a docstring."""
        if not self.definitions:
            return 0.0
        return max(0.0, 1 - self.found.get("undocumented", 0) / self.definitions)

    def per_hundred_lines(self, *categories: str) -> float:
        """How much was found in some categories, by a hundred lines."""
        return 100 * sum(self.found.get(c, 0) for c in categories) / max(1, self.lines)


def lint_source(file: str, content: bytes) -> LintEvidence | None:
    """What can be said of a .py file or a notebook; None where it is not text, or ruff cannot say."""
    try:
        source = source_of(file, content)
    except (UnicodeDecodeError, NotebookError):
        return None
    counts = _ruff(source.encode("utf-8", "replace"))  # a notebook's JSON may hold half a character
    if counts is None:
        return None
    found: dict[str, int] = {}
    for rule, count in counts.items():
        category = next((c for start, c in CATEGORIES.items() if rule.startswith(start)), "errors")
        found[category] = found.get(category, 0) + count
    return LintEvidence(
        lines=sum(1 for line in source.splitlines() if line.strip()),
        definitions=len(DEFINITION.findall(source)),
        comments=max(0, len(COMMENT.findall(PROSE.sub("", source))) - found.get("leftover", 0)),
        found=found,
    )


def source_of(file: str, content: bytes) -> str:
    """The Python source in a file, a notebook's cells one after the other."""
    if file.endswith(".ipynb"):
        codes = [
            code_of(cell) for cell in raw_cells(content) if written_by(cell) or not is_other(cell)
        ]
        return "\n\n".join(_without_magics(code) for code in codes)
    return decoded_code(content)


def _without_magics(cell: str) -> str:
    return ASKED.sub(r"\1 None", MAGIC.sub(r"\1pass", cell))


def _ruff(source: bytes) -> dict[str, int] | None:
    """How often each of RULES is broken; None where ruff is not there, takes too long or says
    something else.
    """
    # -P and another folder: a student's, with a ruff.py in it, may be the current one.
    command = [
        sys.executable,
        "-P",
        "-m",
        "ruff",
        "check",
        "--isolated",
        "--no-cache",
        "--exit-zero",
        "--statistics",
    ]
    command += [
        "--output-format",
        "json",
        "--line-length",
        "120",
        "--select",
        RULES,
        "--ignore",
        FREE,
    ]
    with tempfile.TemporaryFile() as given:
        given.write(source)
        given.seek(0)
        with subprocess.Popen(
            [*command, "--stdin-filename", "submission.py", "-"],
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
        ) as process:
            assert process.stdout is not None
            timer = Timer(SECONDS, process.kill)
            timer.start()
            answer = process.stdout.read(OUTPUT + 1)
            if len(answer) > OUTPUT:
                process.kill()
            ended = process.wait()
            timer.cancel()
    return _counts(answer) if ended == 0 else None


def _counts(answer: bytes) -> dict[str, int] | None:
    """The counts in ruff's answer, which is empty where it finds nothing."""
    try:
        statistics: Any = json.loads(answer or b"[]")
        return {str(entry["code"] or "F"): int(entry["count"]) for entry in statistics}
    except (ValueError, KeyError, TypeError):
        return None
