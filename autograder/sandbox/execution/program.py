"""Student code as Python can read it (runs inside): a .py file, or a notebook's cells one below the
other.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Sequence
from types import CodeType

from autograder.sandbox.cells import code_of
from autograder.sandbox.execution.magics import without_magics

AWAITS = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


class Cell:
    """A piece of code in the one file that all pieces would make: a notebook's cell, or a whole .py
    file.
    """

    def __init__(self, file: str, number: int, raw: str, first: int = 1) -> None:
        self.file = file
        self.number = number  # among the code cells, from 1; 0 for a .py file
        self.first = first  # its lines in that file
        self.last = first + raw.count("\n")
        self.source = raw  # without IPython's lines
        self.code: CodeType | None = None
        self.mistake: Exception | None = self._compile()  # why there is no code
        if isinstance(self.mistake, SyntaxError) and (readable := without_magics(raw)) != raw:
            self.source = readable
            self.mistake = self._compile()

    def _compile(self) -> Exception | None:
        """Compile the whole of it; why that fails."""
        try:
            self.code = self.compiled(0)
        except Exception as error:
            if isinstance(
                error, SyntaxError
            ):  # where a body is missing, it is told behind the cell
                error.lineno = min(error.lineno or self.first, self.last)
            return error
        return None

    def compiled(self, futures: int) -> CodeType:
        """Return its code, where `futures` are the flags of what was imported from __future__ above
        it.
        """
        code: CodeType = compile(
            self._padded(), self.file, "exec", AWAITS | futures, dont_inherit=True
        )
        return code

    @functools.cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree, for code that raises or is unfinished; empty where Python cannot read
        it.
        """
        if self.mistake is not None:
            return ast.Module(body=[], type_ignores=[])
        flags = AWAITS | ast.PyCF_ONLY_AST
        tree: ast.Module = compile(self._padded(), self.file, "exec", flags, dont_inherit=True)
        return tree

    def _padded(self) -> str:
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
    """Return that one file; blank where a cell cannot be read, so that `inspect` can read the
    others.
    """
    texts = ["" if cell.mistake else cell.source for cell in cells]
    return "".join(
        text + "\n" * (1 + cell.last - cell.first - text.count("\n"))
        for cell, text in zip(cells, texts, strict=True)
    )
