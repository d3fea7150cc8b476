"""Source code as evidence: what ruff finds by category, and the share of documented definitions.

Student code is read and never runs.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Timer

from autograder.sandbox.cells import NotebookError, code_of, is_other, raw_cells, written_by
from autograder.sandbox.encoding import decoded_code

RUFF_TIMEOUT_S = 10.0
MAX_ANSWER_BYTES = 1 << 20  # of ruff's answer: a count for each rule
RUFF_RULES = "E,F,W,N,B,C90,PLR0915,D101,D102,D103,ERA001"
# Natural in a notebook: a late import, a cell without a last newline, a value that is shown, await.
NOTEBOOK_RULES = "E402,W292,B018,F704"  # ignored
# -P and another working directory: a student's, with a ruff.py in it, may be the current one.
RUFF_COMMAND = (
    *(sys.executable, "-P", "-m", "ruff", "check", "--isolated", "--no-cache", "--exit-zero"),
    *("--statistics", "--output-format", "json", "--line-length", "120", "--ignore-noqa"),
    *("--select", RUFF_RULES, "--ignore", NOTEBOOK_RULES, "--stdin-filename", "submission.py", "-"),
)
CATEGORY_BY_PREFIX = {  # by the first letters of a rule, the longer ones first
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
_DEFINITION = re.compile(r"^[ \t]{0,40}(?:async +)?(?:def|class) ", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]{0,40}#(?!#| ?%%| ?!)|[^\s#][ \t]{1,40}# ", re.MULTILINE)
# A word to a tool explains nothing to a reader.
_DIRECTIVE = re.compile(
    r"#[ \t]{0,40}(?:noqa\b|(?:ruff|flake8|isort|fmt|yapf|pylint|type|mypy|pyright|pragma)[ \t]?:)"
    r"[^\n#]*",
    re.IGNORECASE,
)
# A notebook's text in a .py file.
_MARKDOWN_CELL = re.compile(r"^# %% \[markdown\]\n(?:#.*\n)*", re.MULTILINE)
# IPython's lines are recognised by their look: compiling a student's source here would trust it.
_MAGIC = re.compile(
    r"^([ \t]{0,40})"
    r"(?:%{1,2}[a-z]|![ \t]*[\w./]|\?{1,2}\w|[\w.]{1,80}\?{1,2}$|(?:pip|conda) install )"
    r"(?:.*\\\n)*.*$",
    re.MULTILINE,
)
_ASSIGNED_MAGIC = re.compile(  # x = !ls
    r"^([ \t]{0,40}\w{1,80}[ \t]{0,40}=)[ \t]{0,40}[!%][ \t]{0,40}[a-z].*$", re.MULTILINE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LintEvidence:
    """Counts of what a machine can say of source code, and shares that follow from them."""

    lines: int  # that are not blank
    definitions: int  # functions, methods and classes
    comments: int  # lines, and ends of lines; without code that was commented out
    found: Mapping[str, int]  # by category, see CATEGORY_BY_PREFIX

    @property
    def documented(self) -> float:
        """Return the share of the definitions that have a docstring, from 0 to 1."""
        if not self.definitions:
            return 0.0
        return max(0.0, 1 - self.found.get("undocumented", 0) / self.definitions)

    def per_hundred_lines(self, *categories: str) -> float:
        """Return how much was found in some categories, by a hundred lines."""
        return 100 * sum(self.found.get(c, 0) for c in categories) / max(1, self.lines)


def lint_source(file: str, content: bytes) -> LintEvidence | None:
    """Return what ruff says of a .py file or notebook; None where it is not text or ruff fails.

    Nothing of the code runs. Source of the categories: the rules of `ruff check`.
    """
    try:
        source = source_of(file, content)
    except (UnicodeDecodeError, NotebookError):
        return None
    counts = _ruff(source.encode("utf-8", "replace"))  # a notebook's JSON may hold half a character
    if counts is None:
        return None
    found: dict[str, int] = {}
    for rule, count in counts.items():
        category = _category_of(rule)
        found[category] = found.get(category, 0) + count
    explained = _DIRECTIVE.sub("", _MARKDOWN_CELL.sub("", source))
    comments = len(_COMMENT.findall(explained))
    return LintEvidence(
        lines=sum(1 for line in source.splitlines() if line.strip()),
        definitions=len(_DEFINITION.findall(source)),
        comments=max(0, comments - found.get("leftover", 0)),
        found=found,
    )


def _category_of(rule: str) -> str:
    for prefix, category in CATEGORY_BY_PREFIX.items():
        if rule.startswith(prefix):
            return category
    return "errors"


def source_of(file: str, content: bytes) -> str:
    """Return the Python source in a file, a notebook's cells one after the other."""
    if not file.endswith(".ipynb"):
        return decoded_code(content)
    return "\n\n".join(cells_of(raw_cells(content)))


def cells_of(sources: Sequence[str]) -> list[str]:
    """Return the Python of a notebook's cells, without IPython's lines; no other language."""
    cells = [cell for cell in sources if written_by(cell) or not is_other(cell)]
    return [_without_magics(code_of(cell)) for cell in cells]


def _without_magics(cell: str) -> str:
    return _ASSIGNED_MAGIC.sub(r"\1 None", _MAGIC.sub(r"\1pass", cell))


def _ruff(source: bytes) -> dict[str, int] | None:
    """Return how often each rule is broken; None where ruff is missing, too slow or fails."""
    with tempfile.TemporaryFile() as stdin:
        stdin.write(source)
        stdin.seek(0)
        with subprocess.Popen(
            RUFF_COMMAND,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
        ) as process:
            assert process.stdout is not None
            timer = Timer(RUFF_TIMEOUT_S, process.kill)
            timer.start()
            answer = process.stdout.read(MAX_ANSWER_BYTES + 1)
            if len(answer) > MAX_ANSWER_BYTES:
                process.kill()
            status = process.wait()
            timer.cancel()
    return _counts(answer) if status == 0 else None


def _counts(answer: bytes) -> dict[str, int] | None:
    """Return the counts in ruff's answer, which is empty where it finds nothing."""
    try:
        statistics = json.loads(answer or b"[]")
        return {str(entry["code"] or "F"): int(entry["count"]) for entry in statistics}
    except (ValueError, KeyError, TypeError):
        return None
