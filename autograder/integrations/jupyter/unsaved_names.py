"""Definitions that ran in a kernel and are not those of the saved notebook."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from autograder.sandbox.cells import NotebookError, code_of, raw_cells

MAGIC_SIGNS = ("%", "!")  # a line that begins so is no Python


def unsaved_names(ran: Iterable[str], saved: bytes) -> list[str]:
    """Return the functions and classes whose last definition that ran is not the saved one.

    `ran` are the sources of cells in the order in which they ran, `saved` is the notebook's file.
    Without a readable notebook there is nothing to compare.
    """
    try:
        in_file = _definitions(code_of(source) for source in raw_cells(saved))
    except NotebookError:
        return []
    in_kernel = _definitions(ran)
    return sorted(name for name, text in in_kernel.items() if in_file.get(name) != text)


def _definitions(sources: Iterable[str]) -> Mapping[str, str]:
    """Return the last definition of each function and class, as its syntax tree in words."""
    found: dict[str, str] = {}
    for source in sources:
        lines = source.split("\n")
        kept = ["" if line.lstrip().startswith(MAGIC_SIGNS) else line for line in lines]
        try:
            tree = ast.parse("\n".join(kept))
        except (SyntaxError, ValueError, RecursionError):
            continue
        for node in tree.body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                found[node.name] = ast.dump(node)
    return found
