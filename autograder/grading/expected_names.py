"""The names that an assignment asks for: what its stub defines, or where there is none its
solution.
"""

from __future__ import annotations

import ast
import functools
from pathlib import Path

from autograder.model import Assignment

PROGRAM = "main"  # runs the file as a program: nothing asks for it


def names_of(assignment: Assignment) -> tuple[str, ...]:
    """Return the public functions and classes of an assignment's stub; nothing where no such file
    is there.
    """
    sources = [name for name in assignment.source_names if name.endswith(".py")]
    candidates = [
        folder / name for folder in (assignment.root, assignment.solution) for name in sources
    ]
    return next((_defined_in(path) for path in candidates if path.is_file()), ())


@functools.lru_cache(maxsize=16)  # asked for each worker
def _defined_in(path: Path) -> tuple[str, ...]:
    """Return the public functions and classes of a file of ours; nothing where it cannot be read."""
    try:
        body = ast.parse(path.read_bytes()).body
    except (OSError, SyntaxError, ValueError):
        return ()
    made = [
        node.name
        for node in body
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    ]
    return tuple(name for name in made if not name.startswith("_") and name != PROGRAM)
