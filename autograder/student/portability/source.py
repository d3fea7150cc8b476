"""A student's code as syntax trees: a .py file as one, a notebook cell by cell; nothing runs."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.sandbox import cells
from autograder.sandbox.encoding import decoded_code
from autograder.sandbox.execution.magics import without_magics
from autograder.sandbox.execution.statement_syntax import guarded_import_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class CodePiece:
    """A .py file, or a notebook's code cell."""

    cell: int  # from 1; 0 for a .py file
    text: str
    tree: ast.Module | None  # None: this Python cannot read it
    stopped: int = 0  # the line at which it stopped reading


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentCode:
    """The code of a student's file, in pieces."""

    pieces: tuple[CodePiece, ...]
    modules: frozenset[str]  # that the notebook itself writes, with %%writefile

    def nodes(self) -> Iterator[tuple[CodePiece, ast.AST]]:
        """Yield every node that grading would run, without imports whose error the code catches."""
        for piece in self.pieces:
            if piece.tree is not None:
                guarded = guarded_import_lines(piece.tree)
                for node in running_nodes(piece.tree):
                    is_import = isinstance(node, ast.Import | ast.ImportFrom)
                    if not is_import or getattr(node, "lineno", 0) not in guarded:
                        yield piece, node


def code_of(name: str, content: bytes) -> StudentCode:
    """Return the code of a file; empty where it is no text or notebook, which intake reports."""
    try:
        if not name.endswith(".ipynb"):
            return StudentCode(pieces=(_piece(0, decoded_code(content)),), modules=frozenset())
        sources = cells.raw_cells(content)
    except (UnicodeDecodeError, cells.NotebookError):
        return StudentCode(pieces=(), modules=frozenset())
    pieces, modules = [], set()
    for number, source in enumerate(sources, start=1):
        pieces.append(_piece(number, cells.code_of(source)))
        written = cells.written_by(source)
        if written is not None:
            modules.add(written.module.partition(".")[0])
    return StudentCode(pieces=tuple(pieces), modules=frozenset(modules))


def _piece(cell: int, text: str) -> CodePiece:
    tree, stopped = _parsed(text)
    if tree is None and (readable := without_magics(text)) != text:
        tree, stopped = _parsed(readable)
    return CodePiece(cell=cell, text=text, tree=tree, stopped=stopped)


def _parsed(text: str) -> tuple[ast.Module | None, int]:
    flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return compile(text, "<student>", "exec", flags, dont_inherit=True), 0
    except SyntaxError as error:
        return None, error.lineno or 0
    except (ValueError, RecursionError, MemoryError):
        return None, 0


def running_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and those below it, without what grading skips.

    It skips the bodies of `if __name__ == "__main__":` and of `if TYPE_CHECKING:`.
    """
    yield node
    skipped = node.body if isinstance(node, ast.If) and _is_elsewhere(node.test) else []
    for child in ast.iter_child_nodes(node):
        if child not in skipped:
            yield from running_nodes(child)


def _is_elsewhere(test: ast.expr) -> bool:
    """Return whether a condition holds in a script or a type checker alone."""
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq):
        sides = [test.left, *test.comparators]
        names = [side.id for side in sides if isinstance(side, ast.Name)]
        values = [side.value for side in sides if isinstance(side, ast.Constant)]
        return (names, values) == (["__name__"], ["__main__"])
    return (dotted(test) or "").rpartition(".")[2] == "TYPE_CHECKING"


def dotted(node: ast.AST) -> str:
    """Return the name `a.b.c` that a node spells; empty where it is another expression."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""


def aliases_in(code: StudentCode) -> dict[str, str]:
    """Return the full names of imported ones: `import a.b as c` gives c: a.b."""
    found: dict[str, str] = {}
    for _, node in code.nodes():
        if isinstance(node, ast.Import):
            found.update({alias.asname: alias.name for alias in node.names if alias.asname})
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.update(
                {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
            )
    return found


def in_full(name: str, aliases: dict[str, str]) -> str:
    """Return a dotted name with its first part in full."""
    first, dot, rest = name.partition(".")
    return aliases.get(first, first) + dot + rest
