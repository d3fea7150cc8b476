"""The names that an assignment asks for: what its stub defines, or else its solution."""

from __future__ import annotations

import ast
import functools
from pathlib import Path

from autograder.model import Assignment

PROGRAM_NAME = "main"  # a function of this name runs the file as a program: no check asks for it


def names_of(assignment: Assignment) -> tuple[str, ...]:
    """Return the public functions and classes that an assignment asks for; none without a file."""
    sources = [name for name in assignment.source_names if name.endswith(".py")]
    candidates = [
        folder / name for folder in (assignment.root, assignment.solution) for name in sources
    ]
    return next((_defined_in(path) for path in candidates if path.is_file()), ())


@functools.lru_cache(maxsize=16)  # asked for each worker
def _defined_in(path: Path) -> tuple[str, ...]:
    """Return the public functions and classes of a file; none where it cannot be read."""
    try:
        body = ast.parse(path.read_bytes()).body
    except (OSError, SyntaxError, ValueError):
        return ()
    defined = [
        node.name
        for node in body
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    ]
    return tuple(name for name in defined if not name.startswith("_") and name != PROGRAM_NAME)
