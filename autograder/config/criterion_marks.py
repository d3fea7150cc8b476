"""Criterion marks of checks, read from the graders' syntax trees: no grader is imported for it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FUNCTION_NODES = (ast.FunctionDef, ast.AsyncFunctionDef)

Level = tuple[ast.expr, ...]  # the expressions that may mark a function, a class or a module


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSource:
    """A test function, with the expressions that may mark it."""

    name: str
    line: int
    levels: tuple[Level, ...]  # its own, its class's and its module's: the nearest first


@dataclass(frozen=True, slots=True, kw_only=True)
class GraderSource:
    """One file of checks, and the names that it gives to expressions at its top level."""

    file: str  # relative to the course's root
    names: dict[str, ast.expr]
    checks: tuple[CheckSource, ...]


def criteria_in(folder: Path) -> frozenset[str]:
    """Return the criteria of the checks in a folder; SyntaxError where a file cannot be read."""
    criteria: set[str] = set()
    for path in sorted(folder.glob("test_*.py")):
        grader = read_grader(path, path.name)
        for check in grader.checks:
            criteria |= criteria_of(check, grader)
    return frozenset(criteria)


def read_grader(path: Path, file: str) -> GraderSource:
    """Read a file of checks; OSError, SyntaxError or ValueError where it cannot be read."""
    tree = ast.parse(path.read_bytes(), filename=file)
    names: dict[str, ast.expr] = {}
    for statement in tree.body:
        if isinstance(statement, ast.Assign):
            names.update(
                (target.id, statement.value)
                for target in statement.targets
                if isinstance(target, ast.Name)
            )
    return GraderSource(file=file, names=names, checks=tuple(_checks(tree.body, ())))


def _checks(body: list[ast.stmt], outer: tuple[Level, ...]) -> Iterator[CheckSource]:
    """Yield the test functions that pytest collects from a module's or a class's body."""
    levels = (_pytestmark(body), *outer)
    for node in body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from _checks(node.body, (tuple(node.decorator_list), *levels))
        elif isinstance(node, FUNCTION_NODES) and node.name.startswith("test"):
            own = (tuple(node.decorator_list), *levels)
            yield CheckSource(name=node.name, line=node.lineno, levels=own)


def _pytestmark(body: list[ast.stmt]) -> Level:
    """Return what a body assigns to `pytestmark`."""
    values: list[ast.expr] = []
    for node in body:
        if isinstance(node, ast.Assign):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            values += [node.value] * ("pytestmark" in names)
    return tuple(values)


def marks_in(node: ast.AST, kind: str, names: dict[str, ast.expr]) -> Iterator[ast.expr]:
    """Yield the marks of a kind in an expression, also those of parameters and behind a name."""
    if isinstance(node, ast.Name) and node.id in names:
        others = {name: value for name, value in names.items() if name != node.id}
        yield from marks_in(names[node.id], kind, others)
    elif isinstance(node, ast.Attribute | ast.Call) and _is_mark(node, kind):
        yield node
        return
    for child in ast.iter_child_nodes(node):
        yield from marks_in(child, kind, names)


def _is_mark(node: ast.Attribute | ast.Call, kind: str) -> bool:
    """Return whether an expression is `pytest.mark.KIND` or `mark.KIND`, called or not."""
    called = node.func if isinstance(node, ast.Call) else node
    if not isinstance(called, ast.Attribute) or called.attr != kind:
        return False
    return ast.unparse(called.value) in ("pytest.mark", "mark")


def criterion_marks(check: CheckSource, names: dict[str, ast.expr]) -> list[ast.expr]:
    """Return the criterion marks that count: like pytest, those of the nearest level."""
    for level in check.levels:
        marks = [mark for node in level for mark in marks_in(node, "criterion", names)]
        if marks:
            return marks
    return []


def requirement_marks(check: CheckSource, names: dict[str, ast.expr]) -> list[ast.expr]:
    """Return the `requires` marks of a check, of all levels."""
    nodes = [node for level in check.levels for node in level]
    return [mark for node in nodes for mark in marks_in(node, "requires", names)]


def criteria_of(check: CheckSource, grader: GraderSource) -> set[str]:
    """Return the criteria that a check belongs to: one, or several by its parameters."""
    return {marked_id(mark, grader.names) for mark in criterion_marks(check, grader.names)}


def marked_id(mark: ast.expr, names: dict[str, ast.expr]) -> str:
    """Return the criterion that a mark names; "" where it names none that can be read."""
    first = mark.args[0] if isinstance(mark, ast.Call) and mark.args else None
    value = literal(first, names)
    return value if isinstance(value, str) else ""


def literal(node: ast.expr | None, names: dict[str, ast.expr]) -> object:
    """Return the constant of an expression, or of the name it is; None where there is none."""
    try:
        return None if node is None else ast.literal_eval(resolved(node, names))
    except ValueError:
        return None


def resolved(node: ast.expr, names: dict[str, ast.expr]) -> ast.expr:
    """Return the expression that a name stands for, or the expression itself."""
    return names.get(node.id, node) if isinstance(node, ast.Name) else node
