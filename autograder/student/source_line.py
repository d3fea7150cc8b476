"""The line of a student's file that an error names, with a caret where Python stopped reading."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.model import Frame
from autograder.sandbox.cells import NotebookError, raw_cells
from autograder.sandbox.encoding import readable_code

MAX_LINE_CHARS = 200  # of a line that are shown


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """A line of a file or of a cell."""

    line: int
    text: str  # without its indentation
    caret: int = 0  # the column, from 1; 0 where no place in the line is meant


def source_line(
    frame: Frame, content: bytes, *, is_syntax_error: bool = False
) -> SourceLine | None:
    """Return the line at `frame` of a .py file or notebook with this content; None without one."""
    source = _source(frame, content)
    lines = source.split("\n")
    if not 0 < frame.line <= len(lines):
        return None
    text = lines[frame.line - 1].rstrip("\r")
    stripped = text.lstrip()
    indent = len(text) - len(stripped)
    caret = max(_syntax_error_column(source, frame) - indent, 0) if is_syntax_error else 0
    if caret > MAX_LINE_CHARS:
        caret = 0
    return SourceLine(line=frame.line, text=stripped[:MAX_LINE_CHARS], caret=caret)


def _source(frame: Frame, content: bytes) -> str:
    if not frame.cell:
        return readable_code(content)
    try:
        return raw_cells(content)[frame.cell - 1]
    except (NotebookError, IndexError):
        return ""


def _syntax_error_column(source: str, frame: Frame) -> int:
    """Return the column where Python stops in that line; 0 where it stops in another one."""
    try:
        compile(source, frame.file, "exec", dont_inherit=True)
    except SyntaxError as error:
        return error.offset or 0 if error.lineno == frame.line else 0
    except ValueError:  # a null byte
        return 0
    return 0
