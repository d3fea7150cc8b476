"""A notebook's cells as one module (runs inside): each is run, whatever became of the others.

Cells run from top to bottom in one namespace. What a cell raises ends what it does, not what it defines: the
imports, functions, classes and constants below are made all the same; a failed import ends nothing at all. Then
the cells that missed a name which is there by now are run again, as long as that helps.

Of a name that several cells set, the definition counts in which the fewest functions are still unwritten, and
among equals that of the lowest cell: order decides, but a released stub that was left behind hides nothing.
"""

from __future__ import annotations
import __future__

import ast
import asyncio
import functools
import inspect
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.sandbox.cells import is_other
from autograder.sandbox.magics import without_magics

FUTURES = sum(getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)
SHARE = 0.75  # of the time that is left, which one cell may take
AGAIN = 0.1  # seconds after which a cell is stopped once more, should it have caught the first time
ABSENT = object()
IMPORTS = (ast.Import, ast.ImportFrom)
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
DOINGS = (ast.Call, ast.Await)  # an assignment without them makes a constant


class OutOfTime(BaseException):
    """Raised in a cell that leaves the others no time; no `except Exception` catches it."""


class Shell:
    """What `get_ipython()` gives where there is no IPython: whatever it is asked to do, it does nothing."""

    def __getattr__(self, name: str) -> Any:
        """A function that does nothing."""
        return nothing


def nothing(*_: Any, **__: Any) -> None:
    """Do nothing."""


STAND_INS = {"display": nothing, "get_ipython": Shell}  # what a notebook has without importing it


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cell:
    """A code cell, as Python can read it, in the one file that all cells would make."""

    number: int  # among the code cells, from 1
    source: str  # without IPython's lines
    first: int  # its lines in that file
    last: int
    body: Sequence[ast.stmt]
    mistake: Exception | None  # why it has no body


def cells_of(file: str, sources: Sequence[str]) -> list[Cell]:
    """The cells of a notebook, one below the other."""
    cells, first = [], 1
    for number, raw in enumerate(sources, start=1):
        cells.append(_cell(file, number, raw, first))
        first = cells[-1].last + 1
    return cells


def _cell(file: str, number: int, raw: str, first: int) -> Cell:
    last = first + raw.count("\n")
    source = "" if is_other(raw) else raw
    body, mistake = _parsed(file, source, first, last)
    if isinstance(mistake, SyntaxError) and (readable := without_magics(source)) != source:
        source = readable
        body, mistake = _parsed(file, source, first, last)
    return Cell(number=number, source=source, first=first, last=last, body=body, mistake=mistake)


def _parsed(file: str, source: str, first: int, last: int) -> tuple[Sequence[ast.stmt], Exception | None]:
    """The statements of a cell; if there are none because Python cannot read it, why."""
    flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        tree: ast.Module = compile("\n" * (first - 1) + source, file, "exec", flags, dont_inherit=True)
    except Exception as error:
        if isinstance(error, SyntaxError):  # where a body is missing, it is told behind the cell
            error.lineno = min(error.lineno or first, last)
        return (), error
    return tree.body, None


def text_of(cells: Sequence[Cell]) -> str:
    """That one file; blank where a cell cannot be read, so that who looks for a definition can read the others."""
    texts = ["" if cell.mistake else cell.source for cell in cells]
    return "".join(
        text + "\n" * (1 + cell.last - cell.first - text.count("\n"))
        for cell, text in zip(cells, texts, strict=True)
    )


class Execution:
    """The cells of a notebook, run in one namespace, and what each of them raised."""

    def __init__(self, file: str, cells: Sequence[Cell], namespace: dict[str, Any]) -> None:
        self.raised: dict[int, list[BaseException]] = {}  # by the cell's number
        self._file = file
        self._cells = cells
        self._namespace = namespace
        self._ranks: dict[str, tuple[int, int]] = {}  # of each name: less what is unwritten of it, its cell
        self._futures = 0  # what cells imported from __future__ holds for those after them

    @property
    def errors(self) -> list[BaseException]:
        """What the cells raised, from top to bottom."""
        return [error for number in sorted(self.raised) for error in self.raised[number]]

    @property
    def is_empty(self) -> bool:
        """Whether no cell gave anything a name."""
        return all(name.startswith("__") for name in self._ranks)

    def run(self, seconds: float | None, stops: Mapping[int, int]) -> None:
        """Run every cell within so many seconds; one of `stops` as far as the statement in that line of it."""
        deadline = None if seconds is None else time.monotonic() + seconds
        for cell in self._cells:
            self._run(cell, deadline, stops)
        tried: set[tuple[Cell, str]] = set()
        while again := [each for each in self._missed() if each not in tried]:
            tried.update(again)
            for cell in dict.fromkeys(cell for cell, _ in again):
                self._run(cell, deadline, stops)

    def _missed(self) -> list[tuple[Cell, str]]:
        """The cells that missed a name, and the name, which is there by now."""
        errors = [(cell, error) for cell in self._cells for error in self.raised[cell.number]]
        missed = [(cell, getattr(error, "name", None)) for cell, error in errors if type(error) is NameError]
        return [(cell, name) for cell, name in missed if type(name) is str and name in self._namespace]

    def _run(self, cell: Cell, deadline: float | None, stops: Mapping[int, int]) -> None:
        """Run one cell, and let each name that it set mean what it should."""
        if cell.mistake is not None:
            self.raised[cell.number] = [cell.mistake]
            return
        before = dict(self._namespace)
        body = list(cell.body)
        if cell.number in stops:
            body = without_statement(body, stops[cell.number] + cell.first - 1)
        self.raised[cell.number] = self._execute(body, deadline)
        unwritten = unwritten_in(body)
        for name, value in list(self._namespace.items()):
            rank = (-unwritten.get(name, 0), cell.number)
            if value is before.get(name, ABSENT):
                continue
            if name in before and rank < self._ranks.get(name, rank):
                self._namespace[name] = before[name]
            else:
                self._ranks[name] = rank

    def _execute(self, body: list[ast.stmt], deadline: float | None) -> list[BaseException]:
        """Run statements; what they raised."""
        raised: list[BaseException] = []
        while body:
            try:
                within(_share(deadline), functools.partial(self._exec, body))
                return raised
            except (Exception, SystemExit, OutOfTime) as error:
                raised.append(error)
                body = self._below(body, error)
        return raised

    def _exec(self, body: list[ast.stmt]) -> None:
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | self._futures
        module = ast.Module(body=body, type_ignores=[])
        code = compile(module, self._file, "exec", flags, dont_inherit=True)
        self._futures |= code.co_flags & FUTURES
        result = eval(code, self._namespace)
        if code.co_flags & inspect.CO_COROUTINE:
            asyncio.run(result)

    def _below(self, body: list[ast.stmt], error: BaseException) -> list[ast.stmt]:
        """What is still run below the statement that raised."""
        step = error.__traceback__
        while step is not None and step.tb_frame.f_code.co_filename != self._file:
            step = step.tb_next
        if step is None:  # it was not even compiled
            return []
        above = [node for node in body if (node.end_lineno or 0) < step.tb_lineno]
        failed, below = body[len(above)], body[len(above) + 1 :]
        if isinstance(error, ImportError) and isinstance(failed, IMPORTS):
            return below
        return [node for node in below if defines(node)]


def _share(deadline: float | None) -> float | None:
    """The seconds that the next cell may take."""
    return None if deadline is None else SHARE * (deadline - time.monotonic())


def within(seconds: float | None, function: Callable[[], None]) -> None:
    """Call a function, and raise OutOfTime in it when so many seconds are over; None: it may take its time."""
    if seconds is None:
        function()
        return

    def stop(*_: object) -> None:
        raise OutOfTime(f"stopped after {seconds:.1f} s")

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, AGAIN), AGAIN)
    try:
        function()
    finally:  # no `with`: a signal between the end of its body and its exit would leave the timer on
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)


def without_statement(body: Sequence[ast.stmt], line: int) -> list[ast.stmt]:
    """The statements above a line, and what is defined below it."""
    return [n for n in body if (n.end_lineno or 0) < line or (n.lineno > line and defines(n))]


def defines(node: ast.stmt) -> bool:
    """Whether a statement gives something a name and does nothing else."""
    if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
        return not any(isinstance(part, DOINGS) for part in ast.walk(node.value))
    return isinstance(node, (*IMPORTS, *DEFINITIONS))


def unwritten_in(body: Sequence[ast.stmt]) -> dict[str, int]:
    """How many functions of each definition can only raise NotImplementedError."""
    made = [node for node in body if isinstance(node, DEFINITIONS)]
    return {node.name: sum(is_unwritten(part) for part in ast.walk(node)) for node in made}


def is_unwritten(node: ast.AST) -> bool:
    """Whether a function can only raise NotImplementedError, whatever else it does before."""
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    returns = any(isinstance(part, (ast.Return, ast.Yield, ast.YieldFrom)) for part in ast.walk(node))
    raised = [part.exc for part in node.body if isinstance(part, ast.Raise)]
    names = [error.func if isinstance(error, ast.Call) else error for error in raised]
    return not returns and any(isinstance(n, ast.Name) and n.id == "NotImplementedError" for n in names)
