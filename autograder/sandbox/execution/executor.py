"""Student code, executed statement by statement in one namespace (runs inside).

A statement that raises, or that takes more than its share of the time, ends itself and nothing
else: the definitions and statements below it are executed. Then the statements that missed a name
which is there by now are executed again, as long as that helps. This holds for a .py file and for a
notebook alike.

Where several statements bind one name, the definition with the fewest unwritten functions counts,
and among equals the lowest one. So order decides, but a released stub that was left behind does not
hide a written function.
"""

from __future__ import annotations
import __future__

import ast
import asyncio
import functools
import inspect
import time
from collections.abc import Collection, Sequence
from types import CodeType

from autograder.sandbox.execution.imports import PackageMissing
from autograder.sandbox.execution.interrupt import REPEAT_S, OutOfTime, run_within
from autograder.sandbox.execution.program import TOP_LEVEL_AWAIT, Cell
from autograder.sandbox.execution.statement import (
    Failure,
    Place,
    Statement,
    can_do_without_annotations,
    place_in,
)
from autograder.sandbox.execution.statement_syntax import (
    UNWRITTEN_ERROR,
    defines,
    holds_line,
    index_at,
    is_text,
    names_bound_by,
    unwritten_in,
)
from autograder.sandbox.protocol import Stop

FUTURE_FLAGS = sum(getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)
LAZY_ANNOTATIONS = __future__.annotations.compiler_flag  # annotations are not evaluated
MAX_STATEMENT_SHARE = 0.75  # of the time that is left, which one statement may take
DEFINING_SHARE = 0.1  # of all the time, which is kept for what only defines
NO_VALUE = object()
ALL_DONE = -1  # no statement of a cell is left

Namespace = dict[str, object]  # of the module: its names and what they stand for


class Execution:
    """The cells of a program, executed in one namespace, and what their statements raised."""

    def __init__(
        self, cells: Sequence[Cell], namespace: Namespace, seconds: float | None = None
    ) -> None:
        """Prepare to execute `cells` within `seconds`; None: no limit."""
        self._cells = cells
        self._namespace = namespace
        self._deadline = None
        if seconds is not None:
            self._deadline = time.monotonic() + seconds * (1 - DEFINING_SHARE)
        self._failures: dict[Place, Failure] = {}
        # Of each name: minus the number of its unwritten functions, and its place.
        self._ranks: dict[str, tuple[int, Place]] = {}
        self._skipped: dict[Place, Statement] = {}  # statements that found no time
        self._future_flags = 0  # of imports from __future__, for the statements after them
        self.stops: list[Stop] = []  # the statements that ran out of time, or found none

    @property
    def errors(self) -> list[BaseException]:
        """What is reported, from top to bottom.

        A name that an earlier failure left undefined, and a package that was missed before, are no
        second cause.
        """
        reported: list[tuple[Place, BaseException]] = []
        for cell in self._cells:
            if cell.mistake is not None:
                reported.append(((cell.first, 0), cell.mistake))
        lost_names: set[str] = set()
        for statement in self._skipped.values():
            lost_names.update(names_bound_by(statement.node))
        packages: set[str | None] = set()
        for place, failure in sorted(self._failures.items()):
            if not _is_consequence(failure.error, lost_names, packages):
                reported.append((place, failure.error))
            lost_names.update(names_bound_by(failure.statement.node))
        return [error for _, error in sorted(reported, key=lambda pair: pair[0])]

    def run(self, stops: Collection[Stop] = ()) -> None:
        """Execute every cell; of the statements that hold one of `stops` only definitions."""
        for cell in self._cells:
            if cell.code is not None:
                self._run_cell(cell, cell.code, stops)
        tried: set[tuple[Place, str]] = set()
        while True:
            again: dict[Place, Statement] = {}
            for statement, name in self._missed_names():
                if (statement.place, name) not in tried:
                    tried.add((statement.place, name))
                    again[statement.place] = statement
            if not again:
                return
            for statement in again.values():
                self._run_statement(statement)

    def _missed_names(self) -> list[tuple[Statement, str]]:
        """Return the statements that missed a name which is there by now, with the name."""
        missed: list[tuple[Statement, str]] = []
        for failure in self._failures.values():
            error = failure.error
            if type(error) is not NameError or type(error.name) is not str:
                continue
            if error.name in self._namespace:
                missed.append((failure.statement, error.name))
        return missed

    def _run_cell(self, cell: Cell, code: CodeType, stops: Collection[Stop]) -> None:
        """Execute one cell: at once, as far as nothing fails, then statement by statement."""
        lines = [line + cell.first - 1 for number, line in stops if number == cell.number]
        done = 0
        if not lines and UNWRITTEN_ERROR not in cell.source:
            before = dict(self._namespace)
            if self._future_flags & ~code.co_flags:
                code = cell.compiled(self._future_flags)
            done = self._run_at_once(cell, code)
            self._settle(before, {}, (cell.first, 0))
        if done == ALL_DONE:
            return
        for node in cell.tree.body[done:]:
            takes_too_long = any(holds_line(node, line) for line in lines)
            if not takes_too_long or defines(node):
                self._run_statement(Statement(cell=cell, node=node))

    def _run_at_once(self, cell: Cell, code: CodeType) -> int:
        """Execute a whole cell, and return how many statements are done, the failed one too."""
        try:
            run_within(self._share(), functools.partial(self._evaluate, code))
        except BaseException as error:
            self._reraise_interrupt(error)
            place = place_in(code, error.__traceback__)
            if place is None:  # it did not begin
                return 0
            index = max(index_at(cell.tree.body, *place), 0)
            statement = Statement(cell=cell, node=cell.tree.body[index])
            if can_do_without_annotations(statement.node, error):
                return index
            self._note(statement, error)
            return index + 1
        return ALL_DONE

    def _run_statement(self, statement: Statement) -> None:
        """Execute one statement, and decide what each name that it binds stands for."""
        node, place = statement.node, statement.place
        if is_text(node) and place[0] > statement.cell.first:
            return  # only the first text is the module's docstring
        if not self._has_time() and not defines(node):
            self._skipped[place] = statement
            self.stops.append(statement.stop)
            return
        before = dict(self._namespace)
        error = self._error_of(statement, 0)
        if error is not None and can_do_without_annotations(node, error):
            error = self._error_of(statement, LAZY_ANNOTATIONS)
        self._failures.pop(place, None)
        if error is not None:
            self._note(statement, error)
        self._settle(before, unwritten_in([node]), place)

    def _error_of(self, statement: Statement, flags: int) -> BaseException | None:
        """Execute one statement, and return what it raised."""
        module = ast.Module(body=[statement.node], type_ignores=[])
        flags |= TOP_LEVEL_AWAIT | self._future_flags
        try:
            code = compile(module, statement.cell.file, "exec", flags, dont_inherit=True)
            run_within(self._share(), functools.partial(self._evaluate, code))
        except BaseException as error:
            self._reraise_interrupt(error)
            return error
        return None

    def _evaluate(self, code: CodeType) -> None:
        self._future_flags |= code.co_flags & FUTURE_FLAGS
        result = eval(code, self._namespace)
        if code.co_flags & inspect.CO_COROUTINE:
            asyncio.run(result)

    def _reraise_interrupt(self, error: BaseException) -> None:
        """Raise what ends a student's own run: Ctrl-C, and the watchdog's interrupt."""
        if isinstance(error, KeyboardInterrupt) and self._deadline is None:
            raise error

    def _note(self, statement: Statement, error: BaseException) -> None:
        self._failures[statement.place] = Failure(statement=statement, error=error)
        if isinstance(error, OutOfTime):
            self.stops.append(statement.stop)

    def _settle(self, before: Namespace, unwritten: dict[str, int], place: Place) -> None:
        """Restore each name to which a statement gave a worse definition than before."""
        for name, value in list(self._namespace.items()):
            if value is before.get(name, NO_VALUE):
                continue
            rank = (-unwritten.get(name, 0), place)
            if name in before and rank < self._ranks.get(name, rank):
                self._namespace[name] = before[name]
            else:
                self._ranks[name] = rank

    def _share(self) -> float | None:
        """Return the seconds that the next statement may take; None: no limit."""
        if self._deadline is None:
            return None
        return MAX_STATEMENT_SHARE * (self._deadline - time.monotonic())

    def _has_time(self) -> bool:
        """Return whether a statement may do more than define."""
        share = self._share()
        return share is None or share > REPEAT_S


def _is_consequence(error: BaseException, lost_names: set[str], packages: set[str | None]) -> bool:
    """Return whether an earlier failure explains an error; add what it misses to the sets."""
    if isinstance(error, PackageMissing):
        is_known = error.name in packages
        packages.add(error.name)
        return is_known
    if type(error) is not NameError:
        return False
    is_known = error.name in lost_names
    if type(error.name) is str:
        lost_names.add(error.name)
    return is_known
