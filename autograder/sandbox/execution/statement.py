"""A statement of a student's program (runs inside): its place, and what it raised."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from types import CodeType, TracebackType

from autograder.sandbox.execution.imports import PackageMissing
from autograder.sandbox.execution.program import Cell
from autograder.sandbox.execution.statement_syntax import DEFINITION_NODES, first_line_of
from autograder.sandbox.protocol import Stop

Place = tuple[int, int]  # a line and a column


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Statement:
    """A statement of a cell."""

    cell: Cell
    node: ast.stmt

    @property
    def place(self) -> Place:
        """Where it begins, in the file of all cells."""
        return first_line_of(self.node), self.node.col_offset

    @property
    def stop(self) -> Stop:
        """Where it begins, as later workers learn that it takes too long."""
        return self.cell.number, self.place[0] - self.cell.first + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What a statement raised."""

    statement: Statement
    error: BaseException


def place_in(code: CodeType, traceback: TracebackType | None) -> Place | None:
    """Return the line and column at which code was left; None where it was not running."""
    while traceback is not None and traceback.tb_frame.f_code is not code:
        traceback = traceback.tb_next
    if traceback is None:
        return None
    line, _, column, _ = list(code.co_positions())[traceback.tb_lasti // 2]
    return line or traceback.tb_lineno, column or 0


def can_do_without_annotations(node: ast.stmt, error: BaseException) -> bool:
    """Return whether a definition may fail only because an annotation names an absent package."""
    return isinstance(node, DEFINITION_NODES) and isinstance(error, PackageMissing)
