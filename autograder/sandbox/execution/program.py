"""Student code as Python reads it (runs inside): a .py file, or a notebook's cells in order."""

from __future__ import annotations

import ast
import functools
from collections.abc import Sequence
from types import CodeType

from autograder.sandbox.cells import code_of
from autograder.sandbox.execution.magics import without_magics

TOP_LEVEL_AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT  # notebooks await outside of functions


class Cell:
    """A piece of code in the one file that all pieces make: a cell, or a whole .py file."""

    def __init__(self, file: str, number: int, raw: str, first: int = 1) -> None:
        """Compile the code `raw`, which begins in line `first` of that file."""
        self.file = file
        self.number = number  # among the code cells, from 1; 0 for a .py file
        self.first = first  # its lines in that file
        self.last = first + raw.count("\n")
        self.source = raw  # without IPython's lines
        self.code: CodeType | None = None
        self.mistake: Exception | None = self._compile()  # why there is no code
        if isinstance(self.mistake, SyntaxError):
            readable = without_magics(raw)
            if readable != raw:
                self.source = readable
                self.mistake = self._compile()

    def _compile(self) -> Exception | None:
        """Compile the whole of it, and return why that fails."""
        try:
            self.code = self.compiled(0)
        except Exception as error:
            if isinstance(error, SyntaxError):  # a missing body is reported behind the cell
                error.lineno = min(error.lineno or self.first, self.last)
            return error
        return None

    def compiled(self, future_flags: int) -> CodeType:
        """Return its code, compiled with the flags of earlier imports from `__future__`."""
        flags = TOP_LEVEL_AWAIT | future_flags
        code: CodeType = compile(self._padded(), self.file, "exec", flags, dont_inherit=True)
        return code

    @functools.cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree, for code that raises or is unfinished; empty where it is no Python."""
        if self.mistake is not None:
            return ast.Module(body=[], type_ignores=[])
        flags = TOP_LEVEL_AWAIT | ast.PyCF_ONLY_AST
        tree: ast.Module = compile(self._padded(), self.file, "exec", flags, dont_inherit=True)
        return tree

    def _padded(self) -> str:
        """Return its source below as many empty lines as stand above it in the file."""
        return "\n" * (self.first - 1) + self.source


def cells_of(file: str, sources: Sequence[str]) -> list[Cell]:
    """Return the cells of a notebook, one below the other."""
    cells: list[Cell] = []
    first = 1
    for number, raw in enumerate(sources, start=1):
        cells.append(Cell(file, number, code_of(raw), first))
        first = cells[-1].last + 1
    return cells


def text_of(cells: Sequence[Cell]) -> str:
    """Return the file of all cells; one with a mistake is blank, for `inspect` to read the rest."""
    parts: list[str] = []
    for cell in cells:
        text = "" if cell.mistake else cell.source
        missing_lines = cell.last - cell.first - text.count("\n")
        parts.append(text + "\n" * (1 + missing_lines))
    return "".join(parts)
