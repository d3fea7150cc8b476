"""Which criteria a grader's file decides: those of the checks that import it."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.checks.pytest_plugin import criterion_of, required_by
from autograder.grading.cache.fingerprint import graders_files
from autograder.model import Assignment, Basis


def changed_criteria(
    before: Basis, now: Basis, assignment: Assignment, items: Collection[pytest.Item]
) -> frozenset[str] | None:
    """Return the criteria whose graders changed, where nothing else did; None: all of them.

    A criterion that requires a changed one is among them. All are where a file changed that no
    check imports, such as texts.yml or conftest.py: checks may depend on it in other ways.
    """
    if replace(before, files=now.files) != now or before.files.keys() - now.files.keys():
        return None
    changed = {name for name, digest in now.files.items() if before.files.get(name) != digest}
    deciding = _criteria_by_file(assignment, items)
    if not changed or not changed <= deciding.keys():
        return None
    found = {criterion for name in changed for criterion in deciding[name]}
    while more := set(_requiring(found, items)) - found:
        found |= more
    return frozenset(found) if found < set(map(criterion_of, items)) else None


def _requiring(criteria: Collection[str], items: Iterable[pytest.Item]) -> Iterator[str]:
    """Yield the criteria of which a check requires one of these."""
    for item in items:
        if not set(required_by(item)).isdisjoint(criteria):
            yield criterion_of(item)


def _criteria_by_file(assignment: Assignment, items: Iterable[pytest.Item]) -> dict[str, set[str]]:
    """Return by file of the graders, named as in a Basis, the criteria that it decides."""
    files = graders_files(assignment)
    names = {path: name for name, path in files.items() if path.suffix == ".py"}
    imports = {path: set(_imported(path, names)) for path in names}
    found: dict[str, set[str]] = {}
    for item in items:
        for path in _reachable(item.path, imports):
            found.setdefault(names[path], set()).add(criterion_of(item))
    return found


def _reachable(path: Path, imports: Mapping[Path, set[Path]]) -> set[Path]:
    """Return a file and all that it imports, directly or by others."""
    reached: set[Path] = set()
    pending = {path} & imports.keys()
    while pending:
        reached |= pending
        pending = {each for one in pending for each in imports[one]} - reached
    return reached


def _imported(path: Path, known: Collection[Path]) -> Iterator[Path]:
    """Yield the known files that a file's import statements name, wherever these stand."""
    folders = [parent for parent in path.parents if any(parent in k.parents for k in known)]
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            start = f"{node.module}." if node.module else ""
            modules = [f"{start}{alias.name}" for alias in node.names]
        else:
            continue
        for parts in (module.split(".") for module in modules):
            for folder in folders:
                yield from _files_of(folder, parts, known)


def _files_of(folder: Path, parts: list[str], known: Collection[Path]) -> Iterator[Path]:
    """Yield the known files that importing a module below a folder runs, or may run."""
    for count in range(1, len(parts) + 1):
        place = folder.joinpath(*parts[:count])
        for path in (place.with_suffix(".py"), place / "__init__.py"):
            if path in known:
                yield path
