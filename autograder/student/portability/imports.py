"""Imports that grading does not serve: packages outside the course's list, hidden ones, a student's
own files.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from autograder.sandbox.execution.stub_packages import BAR_PACKAGES, INERT_PACKAGES
from autograder.student.portability.python import standard_modules
from autograder.student.portability.source import Code, Piece, dotted

Why = Literal["own_file", "hidden_package", "other_package"]
BY_NAME = ("importlib.import_module", "import_module", "__import__")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unserved:
    """An import that would fail where work is graded."""

    why: Why
    module: str
    piece: Piece
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What code may import where it is graded."""

    python: tuple[int, int]  # the version of Python there
    listed: (
        frozenset[str] | None
    )  # the modules of the course's packages; None: the course has no list
    hidden: frozenset[str]  # modules that the assignment hides
    own: frozenset[str]  # modules that lie beside the file and are not handed in
    itself: str  # the name of the module that the file becomes

    def why_not(self, module: str, code: Code) -> Why | None:
        """Why an import of `module` would fail; None where it would not."""
        top = module.partition(".")[0]
        if top == self.itself or top in code.modules or top in standard_modules(self.python):
            return None
        if top in self.hidden:
            return "hidden_package"
        if any(f"{module}.".startswith(f"{name}.") for name in INERT_PACKAGES | BAR_PACKAGES) or (
            self.listed and top in self.listed
        ):
            return None
        if top in self.own:
            return "own_file"
        return "other_package" if self.listed is not None else None


def unserved(code: Code, served: Served) -> Iterator[Unserved]:
    """Each import that would fail, once for each module, where it stands first."""
    told: set[str] = set()
    for piece, node in code.nodes():
        for module, is_relative in _imported(node):
            why: Why | None = "own_file" if is_relative else served.why_not(module, code)
            shown = module if is_relative else module.partition(".")[0]
            if is_relative and module.partition(".")[0] in code.modules:
                why = None
            if why is not None and shown not in told:
                told.add(shown)
                yield Unserved(why=why, module=shown, piece=piece, line=getattr(node, "lineno", 0))


def _imported(node: ast.AST) -> Iterator[tuple[str, bool]]:
    """The modules that a node imports, and whether relative to the file."""
    if isinstance(node, ast.Import):
        yield from ((alias.name, False) for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.level:
        yield from ((node.module or alias.name, True) for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield from ((f"{node.module}.{alias.name}", False) for alias in node.names)
    elif isinstance(node, ast.Call) and dotted(node.func) in BY_NAME and node.args:
        name = node.args[0]
        if isinstance(name, ast.Constant) and isinstance(name.value, str):
            yield name.value, False
