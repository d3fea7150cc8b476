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
class Piece:
    """A .py file, or a notebook's code cell."""

    cell: int  # from 1; 0 for a .py file
    text: str
    tree: ast.Module | None  # None: this Python cannot read it
    stopped: int = 0  # the line at which it stopped reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A student's code."""

    pieces: tuple[Piece, ...]
    modules: frozenset[str]  # that the notebook itself writes, with %%writefile

    def nodes(self) -> Iterator[tuple[Piece, ast.AST]]:
        """Every node that grading would run; not the imports whose error the code itself catches."""
        for piece in self.pieces:
            if piece.tree is not None:
                guarded = guarded_import_lines(piece.tree)
                for node in running(piece.tree):
                    if not (
                        isinstance(node, (ast.Import, ast.ImportFrom)) and node.lineno in guarded
                    ):
                        yield piece, node


def code_of(name: str, content: bytes) -> Code:
    """The code of a file; empty where it is no text or no notebook, which is told elsewhere."""
    try:
        if not name.endswith(".ipynb"):
            return Code(pieces=(_piece(0, decoded_code(content)),), modules=frozenset())
        sources = cells.raw_cells(content)
    except (UnicodeDecodeError, cells.NotebookError):
        return Code(pieces=(), modules=frozenset())
    written = (cells.written_by(source) for source in sources)
    return Code(
        pieces=tuple(
            _piece(number, cells.code_of(source)) for number, source in enumerate(sources, start=1)
        ),
        modules=frozenset(each.module.partition(".")[0] for each in written if each is not None),
    )


def _piece(cell: int, text: str) -> Piece:
    tree, stopped = _parsed(text)
    if tree is None and (readable := without_magics(text)) != text:
        tree, stopped = _parsed(readable)
    return Piece(cell=cell, text=text, tree=tree, stopped=stopped)


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


def running(node: ast.AST) -> Iterator[ast.AST]:
    """A node and those below it, less what grading skips: `if __name__ == "__main__":`, `if
    TYPE_CHECKING:`.
    """
    yield node
    skipped = node.body if isinstance(node, ast.If) and _is_elsewhere(node.test) else []
    for child in ast.iter_child_nodes(node):
        if child not in skipped:
            yield from running(child)


def _is_elsewhere(test: ast.expr) -> bool:
    """Whether a condition holds in a script or a type checker alone."""
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq):
        sides = [test.left, *test.comparators]
        names = [side.id for side in sides if isinstance(side, ast.Name)]
        values = [side.value for side in sides if isinstance(side, ast.Constant)]
        return (names, values) == (["__name__"], ["__main__"])
    return (dotted(test) or "").rpartition(".")[2] == "TYPE_CHECKING"


def dotted(node: ast.AST) -> str:
    """The name `a.b.c` that a node spells; empty where it is another expression."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""


def aliases_in(code: Code) -> dict[str, str]:
    """What imported names stand for, in full: `import a.b as c` gives c: a.b."""
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
    """A dotted name with what its first part stands for."""
    first, dot, rest = name.partition(".")
    return aliases.get(first, first) + dot + rest
