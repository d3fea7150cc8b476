"""IPython's own lines in a cell (runs inside): they are taken out, and no line of Python is moved.

A line counts as IPython's only where Python stops at it: `%` also continues an expression, and a
text may hold `!`.
"""

from __future__ import annotations

import ast
import re
import warnings

from autograder.sandbox.cells import OTHER_CELL_PREFIX

TIME_MAGIC = re.compile(r"%time\s+(?P<statement>.+)")  # the one magic whose statement stays
MAGIC_ASSIGNMENT = re.compile(r"(?P<names>[^=!%?\"']+=)\s*(?P<sign>[!%]).*")  # files = !ls
ASSIGNED_VALUES = {"!": "[]", "%": "None"}  # what such a line binds instead, by its sign
HELP_REQUEST = re.compile(r"[\w.*\[\]]+\?{1,2}")  # model?
MAGIC_SIGNS = ("%", "!", "?")
UNSIGNED_COMMAND = re.compile(r"(?:pip|conda|cd|ls|cat|cp|mv|rm|mkdir)\s")  # IPython runs it too


def without_magics(source: str) -> str:
    """Return `source` with a line of Python in the place of each that only IPython can read."""
    lines = _dedented(source.split("\n"))
    _blank_cell_magics(lines)
    for _ in lines:
        number = _line_of_syntax_error("\n".join(lines))
        if not 0 < number <= len(lines):
            break
        line = lines[number - 1]
        replacement = _replacement(line.strip())
        if replacement is None:
            break
        indent = line[: len(line) - len(line.lstrip())]
        lines[number - 1] = indent + replacement
        while line.endswith("\\") and number < len(lines):  # a command goes on in the next line
            line, lines[number] = lines[number], ""
            number += 1
    return "\n".join(lines)


def _blank_cell_magics(lines: list[str]) -> None:
    """Blank %%time, and perhaps %%capture below it, at the start of a cell."""
    for number, line in enumerate(lines):
        if line.startswith(OTHER_CELL_PREFIX):
            lines[number] = ""
        elif line.strip():
            return


def _replacement(line: str) -> str | None:
    """Return what Python reads in the place of a line; None where the line is not IPython's."""
    timed = TIME_MAGIC.fullmatch(line)
    if timed and not _line_of_syntax_error(timed["statement"]):
        return timed["statement"]
    assignment = MAGIC_ASSIGNMENT.fullmatch(line)
    if assignment:
        return f"{assignment['names']} {ASSIGNED_VALUES[assignment['sign']]}"
    if line.startswith(MAGIC_SIGNS) or HELP_REQUEST.fullmatch(line) or UNSIGNED_COMMAND.match(line):
        return "pass"
    return None


def _dedented(lines: list[str]) -> list[str]:
    """Return lines without the indentation of the first one, which IPython removes from a cell."""
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip())]
    return [line.removeprefix(indent) for line in lines] if indent else lines


def _line_of_syntax_error(source: str) -> int:
    """Return the line at which Python stops reading; 0 where it reads everything."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source)
    except SyntaxError as error:
        return error.lineno or 0
    except (ValueError, RecursionError, MemoryError):
        return 0
    return 0
