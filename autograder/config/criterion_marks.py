"""Which checks cover which criteria, read from the graders' syntax trees: no grader is imported for
it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from pathlib import Path

from autograder.config.yaml_nodes import Complaint
from autograder.model import Assignment, Course
from autograder.text.suggestions import did_you_mean

EXAMPLE = '@pytest.mark.criterion("...")'


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What the graders of a course cover, and what is wrong with their marks."""

    criteria: frozenset[str]
    complaints: tuple[Complaint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Check:
    """A test function, with the expressions that may mark it: its own, its class's, its module's."""

    name: str
    line: int
    levels: tuple[tuple[ast.expr, ...], ...]  # nearest first


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grader:
    """One file of checks, and the names that it gives to expressions at its top level."""

    file: str  # relative to the course's root
    names: dict[str, ast.expr]
    checks: tuple[_Check, ...]


def read_coverage(course: Course) -> Coverage:
    """What the checks of every assignment that has graders cover.

    All criteria of an assignment count as covered when one of its graders cannot be read.
    """
    owners = {criterion.id: a.id for a in course.assignments for criterion in a.criteria}
    covered: set[str] = set()
    complaints: list[Complaint] = []
    for assignment in course.assignments:
        graders: list[_Grader] = []
        for path in sorted(assignment.graders.glob("test_*.py")):
            file = path.relative_to(course.root).as_posix()
            try:
                grader = _read(path, file)
            except (OSError, SyntaxError, ValueError) as error:
                line = getattr(error, "lineno", None) or 1
                complaints.append(
                    Complaint(file, line, "", f"cannot be read: {getattr(error, 'msg', error)}")
                )
                covered.update(criterion.id for criterion in assignment.criteria)
                continue
            graders.append(grader)
            for check in grader.checks:
                covered.update(_criteria(check, grader))
                complaints.extend(_complaints(check, grader, assignment, owners))
        complaints.extend(_circles(graders))
    return Coverage(criteria=frozenset(covered), complaints=tuple(complaints))


def criteria_in(folder: Path) -> frozenset[str]:
    """The criteria that the checks in a folder look at; SyntaxError where one cannot be read."""
    graders = [_read(path, path.name) for path in sorted(folder.glob("test_*.py"))]
    return frozenset(
        id for grader in graders for check in grader.checks for id in _criteria(check, grader)
    )


def _read(path: Path, file: str) -> _Grader:
    tree = ast.parse(path.read_bytes(), filename=file)
    names = {
        target.id: statement.value
        for statement in tree.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    return _Grader(file=file, names=names, checks=tuple(_checks(tree.body, ())))


def _checks(body: list[ast.stmt], outer: tuple[tuple[ast.expr, ...], ...]) -> Iterator[_Check]:
    """The test functions that pytest collects from a module's or a class's body."""
    levels = (_pytestmark(body), *outer)
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith(
            "test"
        ):
            yield _Check(
                name=node.name, line=node.lineno, levels=(tuple(node.decorator_list), *levels)
            )
        elif isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from _checks(node.body, (tuple(node.decorator_list), *levels))


def _pytestmark(body: list[ast.stmt]) -> tuple[ast.expr, ...]:
    return tuple(
        node.value
        for node in body
        if isinstance(node, ast.Assign)
        and any(
            isinstance(target, ast.Name) and target.id == "pytestmark" for target in node.targets
        )
    )


def _marks(node: ast.AST, kind: str, names: dict[str, ast.expr]) -> Iterator[ast.expr]:
    """The marks of a kind in an expression, those of parameters and those behind a name included."""
    if isinstance(node, ast.Name) and node.id in names:
        yield from _marks(names[node.id], kind, {k: v for k, v in names.items() if k != node.id})
    elif isinstance(node, ast.Attribute | ast.Call):
        called = node.func if isinstance(node, ast.Call) else node
        if isinstance(called, ast.Attribute) and ast.unparse(called) in {
            f"pytest.mark.{kind}",
            f"mark.{kind}",
        }:
            yield node
            return
    for child in ast.iter_child_nodes(node):
        yield from _marks(child, kind, names)


def _nearest(check: _Check, names: dict[str, ast.expr]) -> list[ast.expr]:
    """The criterion marks that count: pytest takes the nearest."""
    found = ([m for e in level for m in _marks(e, "criterion", names)] for level in check.levels)
    return next((marks for marks in found if marks), [])


def _literal(node: ast.expr | None, names: dict[str, ast.expr]) -> object:
    """The constant that an expression is, behind a name or not; None where it is none."""
    try:
        return None if node is None else ast.literal_eval(_behind(node, names))
    except ValueError:
        return None


def _behind(node: ast.expr, names: dict[str, ast.expr]) -> ast.expr:
    """The expression that a name stands for, or the expression itself."""
    return names.get(node.id, node) if isinstance(node, ast.Name) else node


def _id(mark: ast.expr, names: dict[str, ast.expr]) -> str:
    """The criterion that a mark names; "" where it names none that can be read."""
    first = mark.args[0] if isinstance(mark, ast.Call) and mark.args else None
    id = _literal(first, names)
    return id if isinstance(id, str) else ""


def _criteria(check: _Check, grader: _Grader) -> set[str]:
    return {_id(mark, grader.names) for mark in _nearest(check, grader.names)}


def _complaints(
    check: _Check, grader: _Grader, assignment: Assignment, owners: dict[str, str]
) -> Iterator[Complaint]:
    marks = _nearest(check, grader.names)
    if not marks:
        yield Complaint(
            grader.file, check.line, check.name, f"belongs to no criterion; add {EXAMPLE}"
        )
    own = [d for d in check.levels[0] if any(m is _behind(d, grader.names) for m in marks)]
    if len(own) > 1:
        yield Complaint(grader.file, own[1].lineno, check.name, "has two criterion marks; keep one")
    for mark in marks:
        for what in (_wrong_id(mark, grader, assignment, owners), _wrong_weight(mark, grader)):
            if what:
                yield Complaint(grader.file, mark.lineno, check.name, what)
    required = [
        m for level in check.levels for e in level for m in _marks(e, "requires", grader.names)
    ]
    for mark in required:
        if what := _wrong_id(mark, grader, assignment, owners):
            yield Complaint(grader.file, mark.lineno, check.name, f"requires: {what}")


def _requirements(graders: Sequence[_Grader]) -> dict[str, dict[str, Complaint]]:
    """Which criteria the checks of each criterion require, and a complaint at the place that says
    so.
    """
    found: dict[str, dict[str, Complaint]] = {}
    for grader in graders:
        for check in grader.checks:
            required = [
                m
                for level in check.levels
                for e in level
                for m in _marks(e, "requires", grader.names)
            ]
            criteria = _criteria(check, grader)
            if len(criteria) > 1:  # by its parameters: which of them requires something is not told
                continue
            for criterion, mark in product(criteria, required):
                place = Complaint(grader.file, mark.lineno, check.name, "")
                found.setdefault(criterion, {}).setdefault(_id(mark, grader.names), place)
    return found


def _circles(graders: Sequence[_Grader]) -> Iterator[Complaint]:
    """A complaint about each criterion that requires itself, by way of others or at once."""
    needs = _requirements(graders)
    told: set[str] = set()
    for criterion in needs:
        if criterion not in told and (way := _way_back(criterion, needs)):
            told.update(way)
            place = needs[way[-1]][criterion]
            chain = " requires ".join([*way, criterion])
            yield replace(
                place, what=f"requires: a circle, of which no check could ever run: {chain}"
            )


def _way_back(criterion: str, needs: Mapping[str, Mapping[str, Complaint]]) -> list[str]:
    """The criteria from one to itself by what each requires, the shortest way; empty where there is
    none.
    """
    ways = [[criterion]]
    seen: set[str] = set()
    for way in ways:  # grows while it is walked
        for required in needs.get(way[-1], ()):
            if required == criterion:
                return way
            if required not in seen:
                seen.add(required)
                ways.append([*way, required])
    return []


def _wrong_id(
    mark: ast.expr, grader: _Grader, assignment: Assignment, owners: dict[str, str]
) -> str:
    id = _id(mark, grader.names)
    if not id:
        return f"the mark must name a criterion as plain text, e.g. {EXAMPLE}"
    if id not in owners:
        return (
            f"no criterion {id!r}{did_you_mean(id, [c.id for c in assignment.criteria] or owners)}"
        )
    if owners[id] != assignment.id:
        return f"criterion {id!r} belongs to assignment {owners[id]!r}, not to {assignment.id!r}"
    return ""


def _wrong_weight(mark: ast.expr, grader: _Grader) -> str:
    if not isinstance(mark, ast.Call):
        return ""
    unknown = [keyword.arg or "**" for keyword in mark.keywords if keyword.arg != "weight"]
    if unknown or len(mark.args) > 1:
        return f"a criterion mark takes an id and weight=..., got {ast.unparse(mark)}"
    for keyword in mark.keywords:
        weight = _literal(keyword.value, grader.names)
        try:
            positive = type(weight) in (int, float, str) and Fraction(str(weight)) > 0
        except (ValueError, ZeroDivisionError):
            positive = False
        if not positive:
            return f"weight must be a positive number, got {ast.unparse(keyword.value)}"
    return ""
