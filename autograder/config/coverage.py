"""Coverage: which criteria the graders of a course check, and what is wrong with their marks."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from pathlib import Path

from autograder.config.criterion_marks import (
    CheckSource,
    GraderSource,
    criteria_of,
    criterion_marks,
    literal,
    marked_id,
    read_grader,
    requirement_marks,
    resolved,
)
from autograder.config.yaml_nodes import Problem
from autograder.model import Assignment, Course
from autograder.text.suggestions import did_you_mean

EXAMPLE_MARK = '@pytest.mark.criterion("...")'


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The criteria that the graders of a course check, and what is wrong with their marks."""

    criteria: frozenset[str]
    problems: tuple[Problem, ...]


def read_coverage(course: Course) -> Coverage:
    """Return what the checks of every assignment that has graders cover.

    All criteria of an assignment count as covered when one of its graders cannot be read.
    """
    owners = {criterion.id: a.id for a in course.assignments for criterion in a.criteria}
    covered: set[str] = set()
    problems: list[Problem] = []
    for assignment in course.assignments:
        graders: list[GraderSource] = []
        for path in sorted(assignment.graders.glob("test_*.py")):
            grader = _read(path, path.relative_to(course.root).as_posix())
            if isinstance(grader, Problem):
                problems.append(grader)
                covered.update(criterion.id for criterion in assignment.criteria)
                continue
            graders.append(grader)
            for check in grader.checks:
                covered.update(criteria_of(check, grader))
                problems.extend(_problems(check, grader, assignment, owners))
        problems.extend(_circles(graders))
    return Coverage(criteria=frozenset(covered), problems=tuple(problems))


def _read(path: Path, file: str) -> GraderSource | Problem:
    """Return a file of checks, or why it cannot be read."""
    try:
        return read_grader(path, file)
    except (OSError, SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        return Problem(file, line, "", f"cannot be read: {getattr(error, 'msg', error)}")


def _problems(
    check: CheckSource, grader: GraderSource, assignment: Assignment, owners: dict[str, str]
) -> Iterator[Problem]:
    """Yield what is wrong with the marks of one check."""

    def problem(line: int, what: str) -> Problem:
        return Problem(grader.file, line, check.name, what)

    marks = criterion_marks(check, grader.names)
    if not marks:
        yield problem(check.line, f"belongs to no criterion; add {EXAMPLE_MARK}")
    own = [
        decorator
        for decorator in check.levels[0]
        if any(mark is resolved(decorator, grader.names) for mark in marks)
    ]
    if len(own) > 1:
        yield problem(own[1].lineno, "has two criterion marks; keep one")
    for mark in marks:
        for what in (_wrong_id(mark, grader, assignment, owners), _wrong_weight(mark, grader)):
            if what:
                yield problem(mark.lineno, what)
    for mark in requirement_marks(check, grader.names):
        if what := _wrong_id(mark, grader, assignment, owners):
            yield problem(mark.lineno, f"requires: {what}")


def _requirements(graders: Sequence[GraderSource]) -> dict[str, dict[str, Problem]]:
    """Return which criteria the checks of each criterion require.

    Each comes with a problem, still without words, at the place that says so.
    """
    found: dict[str, dict[str, Problem]] = {}
    for grader in graders:
        for check in grader.checks:
            criteria = criteria_of(check, grader)
            if len(criteria) > 1:  # by its parameters: it is unknown which requires it
                continue
            for criterion, mark in product(criteria, requirement_marks(check, grader.names)):
                place = Problem(grader.file, mark.lineno, check.name, "")
                required = marked_id(mark, grader.names)
                found.setdefault(criterion, {}).setdefault(required, place)
    return found


def _circles(graders: Sequence[GraderSource]) -> Iterator[Problem]:
    """Yield a problem for each criterion that requires itself, directly or through others."""
    needs = _requirements(graders)
    reported: set[str] = set()
    for criterion in needs:
        if criterion not in reported and (way := _way_back(criterion, needs)):
            reported.update(way)
            place = needs[way[-1]][criterion]
            chain = " requires ".join([*way, criterion])
            yield replace(
                place, what=f"requires: a circle, of which no check could ever run: {chain}"
            )


def _way_back(criterion: str, needs: Mapping[str, Mapping[str, Problem]]) -> list[str]:
    """Return the shortest chain of requirements from a criterion to itself; [] for none."""
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
    mark: ast.expr, grader: GraderSource, assignment: Assignment, owners: dict[str, str]
) -> str:
    """Return what is wrong with the criterion of a mark; "" where nothing is."""
    criterion_id = marked_id(mark, grader.names)
    if not criterion_id:
        return f"the mark must name a criterion as plain text, e.g. {EXAMPLE_MARK}"
    if criterion_id not in owners:
        known = [criterion.id for criterion in assignment.criteria] or owners
        return f"no criterion {criterion_id!r}{did_you_mean(criterion_id, known)}"
    owner = owners[criterion_id]
    if owner != assignment.id:
        belongs = f"belongs to assignment {owner!r}, not to {assignment.id!r}"
        return f"criterion {criterion_id!r} {belongs}"
    return ""


def _wrong_weight(mark: ast.expr, grader: GraderSource) -> str:
    """Return what is wrong with the weight of a mark; "" where nothing is."""
    if not isinstance(mark, ast.Call):
        return ""
    unknown = [keyword.arg or "**" for keyword in mark.keywords if keyword.arg != "weight"]
    if unknown or len(mark.args) > 1:
        return f"a criterion mark takes an id and weight=..., got {ast.unparse(mark)}"
    for keyword in mark.keywords:
        weight = literal(keyword.value, grader.names)
        try:
            positive = type(weight) in (int, float, str) and Fraction(str(weight)) > 0
        except (ValueError, ZeroDivisionError):
            positive = False
        if not positive:
            return f"weight must be a positive number, got {ast.unparse(keyword.value)}"
    return ""
