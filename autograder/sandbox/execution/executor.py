"""Student code, run statement by statement in one namespace (runs inside).

A statement that raises, or that takes more than its share of the time, ends itself and nothing
else: imports, functions, classes and constants below are made, and what runs below runs. Then the
statements that missed a name which is there by now are run again, as long as that helps. In a .py
file and in a notebook alike.

Of a name that several statements set, the definition counts in which the fewest functions are still
unwritten, and among equals the lowest one: order decides, but a released stub that was left behind
hides nothing.
"""

from __future__ import annotations
import __future__

import ast
import asyncio
import functools
import inspect
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from types import CodeType, TracebackType
from typing import Any

from autograder.sandbox.execution.imports import PackageMissing
from autograder.sandbox.execution.interrupt import AGAIN_S, OutOfTime, within
from autograder.sandbox.execution.program import AWAITS, Cell
from autograder.sandbox.execution.statement_syntax import (
    DEFINITIONS,
    UNWRITTEN,
    defines,
    first_line_of,
    holds_line,
    index_at,
    is_text,
    names_bound_by,
    unwritten_in,
)

FUTURES = sum(getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)
ANNOTATIONS = __future__.annotations.compiler_flag  # annotations are not evaluated
MAX_STATEMENT_SHARE = 0.75  # of the time that is left, which one statement may take
DEFINING_SHARE = 0.1  # of all the time, which is kept for what only defines
ABSENT = object()

Place = tuple[int, int]  # a line and a column
Stop = tuple[int, int]  # a cell, 0 in a .py file, and a line of it


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Unit:
    """A statement of a cell."""

    cell: Cell
    node: ast.stmt

    @property
    def place(self) -> Place:
        """Where it begins, in the file of all cells."""
        return first_line_of(self.node), self.node.col_offset

    @property
    def stop(self) -> Stop:
        """Where it begins, as later workers are told that it takes too long."""
        return self.cell.number, self.place[0] - self.cell.first + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What a statement raised."""

    unit: Unit
    error: BaseException


class Execution:
    """The cells of a program, run in one namespace, and what their statements raised."""

    def __init__(
        self, cells: Sequence[Cell], namespace: dict[str, Any], seconds: float | None = None
    ) -> None:
        """`seconds` is the time for all of it; None: it may take its time."""
        self._cells = cells
        self._namespace = namespace
        self._deadline = (
            None if seconds is None else time.monotonic() + seconds * (1 - DEFINING_SHARE)
        )
        self._failures: dict[Place, Failure] = {}  # by the statement's place
        self._ranks: dict[
            str, tuple[int, Place]
        ] = {}  # of each name: less what is unwritten of it, its place
        self._skipped: dict[Place, Unit] = {}  # statements that found no time, by place
        self._futures = 0  # what statements imported from __future__ holds for those after them
        self.stops: list[Stop] = []  # the statements that ran out of time, or found none

    @property
    def errors(self) -> list[BaseException]:
        """What is told, from top to bottom; a name that an earlier failure left undefined is no
        second cause.
        """
        told: list[tuple[Place, BaseException]] = [
            ((c.first, 0), c.mistake) for c in self._cells if c.mistake is not None
        ]
        lost = {name for unit in self._skipped.values() for name in names_bound_by(unit.node)}
        packages: set[str | None] = set()
        for place, failure in sorted(self._failures.items()):
            error = failure.error
            is_echo = (
                type(error) is NameError and error.name in lost
            )  # or missed before: one missing import
            if type(error) is NameError and type(error.name) is str:
                lost.add(error.name)
            if isinstance(error, PackageMissing):
                is_echo = error.name in packages
                packages.add(error.name)
            if not is_echo:
                told.append((place, error))
            lost.update(names_bound_by(failure.unit.node))
        return [error for _, error in sorted(told, key=lambda pair: pair[0])]

    def run(self, stops: Collection[Stop] = ()) -> None:
        """Run every cell; the statements that hold one of `stops` only define."""
        for cell in self._cells:
            if cell.code is not None:
                self._run(cell, cell.code, stops)
        tried: set[tuple[Place, str]] = set()
        while again := [
            (unit, name) for unit, name in self._missed() if (unit.place, name) not in tried
        ]:
            tried.update((unit.place, name) for unit, name in again)
            for unit in {unit.place: unit for unit, _ in again}.values():
                self._run_unit(unit)

    def _missed(self) -> list[tuple[Unit, str]]:
        """The statements that missed a name, and the name, which is there by now."""
        missed = [
            (f.unit, f.error.name) for f in self._failures.values() if type(f.error) is NameError
        ]
        return [
            (unit, name) for unit, name in missed if type(name) is str and name in self._namespace
        ]

    def _run(self, cell: Cell, code: CodeType, stops: Collection[Stop]) -> None:
        """Run one cell: at once, as far as nothing in it fails, then statement by statement."""
        lines = [line + cell.first - 1 for number, line in stops if number == cell.number]
        done = 0
        if not lines and UNWRITTEN not in cell.source:
            before = dict(self._namespace)
            if self._futures & ~code.co_flags:
                code = cell.compiled(self._futures)
            done = self._run_at_once(cell, code)
            self._settle(before, {}, (cell.first, 0))
        body = cell.tree.body[done:] if done >= 0 else []
        for node in body:
            if any(holds_line(node, line) for line in lines) and not defines(node):
                continue
            self._run_unit(Unit(cell=cell, node=node))

    def _run_at_once(self, cell: Cell, code: CodeType) -> int:
        """Run a whole cell; how many statements are done, the one that raised too; -1 where all
        are.
        """
        try:
            within(self._share(), functools.partial(self._evaluate, code))
        except BaseException as error:
            self._require_ours(error)
            place = place_in(code, error.__traceback__)
            if place is None:  # it did not begin
                return 0
            index = max(index_at(cell.tree.body, *place), 0)
            unit = Unit(cell=cell, node=cell.tree.body[index])
            if can_do_without_annotations(unit.node, error):
                return index
            self._note(unit, error)
            return index + 1
        return -1

    def _run_unit(self, unit: Unit) -> None:
        """Run one statement, and let each name that it sets mean what it should."""
        if (
            is_text(unit.node) and unit.place[0] > unit.cell.first
        ):  # only the first text is the module's docstring
            return
        if not self._has_time() and not defines(unit.node):
            self._skipped[unit.place] = unit
            self.stops.append(unit.stop)
            return
        before = dict(self._namespace)
        error = self._error_of(unit.node, unit.cell, 0)
        if error is not None and can_do_without_annotations(unit.node, error):
            error = self._error_of(unit.node, unit.cell, ANNOTATIONS)
        self._failures.pop(unit.place, None)
        if error is not None:
            self._note(unit, error)
        self._settle(before, unwritten_in([unit.node]), unit.place)

    def _error_of(self, node: ast.stmt, cell: Cell, flags: int) -> BaseException | None:
        """Run one statement; what it raised."""
        module = ast.Module(body=[node], type_ignores=[])
        try:
            code = compile(
                module, cell.file, "exec", AWAITS | self._futures | flags, dont_inherit=True
            )
            within(self._share(), functools.partial(self._evaluate, code))
        except BaseException as error:
            self._require_ours(error)
            return error
        return None

    def _evaluate(self, code: CodeType) -> None:
        self._futures |= code.co_flags & FUTURES
        result = eval(code, self._namespace)
        if code.co_flags & inspect.CO_COROUTINE:
            asyncio.run(result)

    def _require_ours(self, error: BaseException) -> None:
        """Raise what ends a student's own run: Ctrl-C, and the watchdog's interrupt."""
        if isinstance(error, KeyboardInterrupt) and self._deadline is None:
            raise error

    def _note(self, unit: Unit, error: BaseException) -> None:
        self._failures[unit.place] = Failure(unit=unit, error=error)
        if isinstance(error, OutOfTime):
            self.stops.append(unit.stop)

    def _settle(self, before: dict[str, Any], unwritten: dict[str, int], place: Place) -> None:
        """Put back each name that a worse definition than before took."""
        for name, value in list(self._namespace.items()):
            if value is before.get(name, ABSENT):
                continue
            rank = (-unwritten.get(name, 0), place)
            if name in before and rank < self._ranks.get(name, rank):
                self._namespace[name] = before[name]
            else:
                self._ranks[name] = rank

    def _share(self) -> float | None:
        """The seconds that the next statement may take."""
        return (
            None
            if self._deadline is None
            else MAX_STATEMENT_SHARE * (self._deadline - time.monotonic())
        )

    def _has_time(self) -> bool:
        """Whether a statement may do more than define."""
        share = self._share()
        return share is None or share > AGAIN_S


def place_in(code: CodeType, traceback: TracebackType | None) -> Place | None:
    """Return the line and column at which code was left; None where it was not running."""
    while traceback is not None and traceback.tb_frame.f_code is not code:
        traceback = traceback.tb_next
    if traceback is None:
        return None
    line, _, column, _ = list(code.co_positions())[traceback.tb_lasti // 2]
    return line or traceback.tb_lineno, column or 0


def can_do_without_annotations(node: ast.stmt, error: BaseException) -> bool:
    """Return whether a definition may fail only because an annotation names a package that is not
    there.
    """
    return isinstance(node, DEFINITIONS) and isinstance(error, PackageMissing)
