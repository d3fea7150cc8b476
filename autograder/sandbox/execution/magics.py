"""IPython's own lines in a cell (runs inside): commands and help taken out, Python kept, no line
moved.

A line is only taken for IPython's where Python stops at it: `%` also continues an expression, text
may hold `!`.
"""

from __future__ import annotations

import ast
import re
import warnings

from autograder.sandbox.cells import OTHER_CELLS

TIMED = re.compile(r"%time\s+(?P<statement>.+)")  # the one magic whose statement stays
ASKED = re.compile(r"(?P<names>[^=!%?\"']+=)\s*(?P<sign>[!%]).*")  # files = !ls
ANSWERS = {"!": "[]", "%": "None"}  # what such a line would have given, as far as that can be said
HELP = re.compile(r"[\w.*\[\]]+\?{1,2}")
ALIEN = ("%", "!", "?")
BARE = re.compile(
    r"(?:pip|conda|cd|ls|cat|cp|mv|rm|mkdir)\s"
)  # commands that IPython knows without a sign


def without_magics(source: str) -> str:
    """`source` with `pass`, or what is left of it, for each line that only IPython can read."""
    lines = _dedented(source.split("\n"))
    for number, line in enumerate(lines):
        if line.startswith(OTHER_CELLS):  # %%time, and perhaps %%capture under it
            lines[number] = ""
        elif line.strip():
            break
    for _ in lines:
        stopped = _line_of_syntax_error("\n".join(lines))
        if not 0 < stopped <= len(lines):
            break
        line = lines[stopped - 1]
        readable = _readable(line.strip())
        if readable is None:
            break
        lines[stopped - 1] = line[: len(line) - len(line.lstrip())] + readable
        while line.endswith("\\") and stopped < len(lines):  # a command goes on in the next line
            line, lines[stopped] = lines[stopped], ""
            stopped += 1
    return "\n".join(lines)


def _readable(line: str) -> str | None:
    """What Python may read in place of a line; None where the line is not IPython's."""
    if (timed := TIMED.fullmatch(line)) and not _line_of_syntax_error(timed["statement"]):
        return timed["statement"]
    if asked := ASKED.fullmatch(line):
        return f"{asked['names']} {ANSWERS[asked['sign']]}"
    is_alien = line.startswith(ALIEN) or HELP.fullmatch(line) or BARE.match(line)
    return "pass" if is_alien else None


def _dedented(lines: list[str]) -> list[str]:
    """Without the indentation of the first line, which IPython forgives a cell."""
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip())]
    return [line.removeprefix(indent) for line in lines] if indent else lines


def _line_of_syntax_error(source: str) -> int:
    """The line at which Python stops reading; 0 where it reads everything."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source)
    except SyntaxError as error:
        return error.lineno or 0
    except (ValueError, RecursionError, MemoryError):
        return 0
    return 0
