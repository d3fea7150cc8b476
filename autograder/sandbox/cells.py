"""A notebook's code cells as source (runs inside): shell and magic lines removed, line numbers kept.

Outside, only `raw_cells` is called: whatever compiles a student's source is at its mercy.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

OTHER_CELLS = "%%"  # a cell that begins so is of another language, or a file to write, but for these
PYTHON_CELLS = ("%%time", "%%timeit", "%%capture")
ALIEN = ("%", "!", "?")  # a line that begins so is IPython's, if Python cannot read it


class NotebookError(ValueError):
    """Raised when bytes are no notebook."""


def code_cells(content: bytes) -> Iterator[tuple[int, str]]:
    """Each code cell as (its number among the code cells, from 1; its source as Python can read it)."""
    for number, source in enumerate(raw_cells(content), start=1):
        yield number, without_magics(source)


def raw_cells(content: bytes) -> list[str]:
    """The source of each code cell as it stands; nothing of it is parsed."""
    try:
        notebook = json.loads(content.decode("utf-8-sig"))
        cells = [c for c in notebook["cells"] if c["cell_type"] == "code"]
        return [c["source"] if isinstance(c["source"], str) else "".join(c["source"]) for c in cells]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotebookError(f"not a notebook of format 4: {type(error).__name__}") from error


def without_magics(source: str) -> str:
    """`source` with `pass` for each IPython line that Python cannot read; nothing shifts.

    A line is only taken for IPython's where the compiler stops at it: `%` also continues an expression.
    """
    lines = source.split("\n")
    if is_other(source):
        return ""
    if lines[0].startswith(OTHER_CELLS):
        lines[0] = ""
    for _ in lines:
        stopped = _syntax_error_line("\n".join(lines))
        if not 0 < stopped <= len(lines):
            break
        line = lines[stopped - 1]
        if not line.lstrip().startswith(ALIEN) and not line.rstrip().endswith("?"):
            break
        lines[stopped - 1] = line[: len(line) - len(line.lstrip())] + "pass"
        while line.endswith("\\") and stopped < len(lines):  # a shell command goes on in the next line
            line, lines[stopped] = lines[stopped], ""
            stopped += 1
    return "\n".join(lines)


def is_other(source: str) -> bool:
    """Whether a cell is of another language, or a file to write."""
    return source.startswith(OTHER_CELLS) and source.split(None, 1)[0] not in PYTHON_CELLS


def _syntax_error_line(source: str) -> int:
    """The line at which Python stops reading; 0 where it reads everything."""
    try:
        compile(source, "<cell>", "exec", dont_inherit=True)
    except SyntaxError as error:
        return error.lineno or 0
    except (ValueError, RecursionError, MemoryError):
        return 0
    return 0
