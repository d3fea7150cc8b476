"""Imports that grading does not serve: unlisted or hidden packages, and a student's own files."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from autograder.sandbox.execution.stub_packages import BAR_PACKAGES, INERT_PACKAGES
from autograder.student.portability.python import standard_modules
from autograder.student.portability.source import CodePiece, StudentCode, dotted

UnservedReason = Literal["own_file", "hidden_package", "other_package"]
IMPORT_FUNCTIONS = ("importlib.import_module", "import_module", "__import__")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnservedImport:
    """An import that would fail where work is graded."""

    reason: UnservedReason
    module: str
    piece: CodePiece
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedModules:
    """What code may import where it is graded."""

    python: tuple[int, int]  # the version of Python there
    listed: frozenset[str] | None  # modules of the course's packages; None: it has no list
    hidden: frozenset[str]  # modules that the assignment hides
    own: frozenset[str]  # modules that lie beside the file and are not handed in
    itself: str  # the name of the module that the file becomes

    def reason_against(self, module: str, code: StudentCode) -> UnservedReason | None:
        """Return why an import of `module` would fail; None where it would not."""
        top = module.partition(".")[0]
        if top == self.itself or top in code.modules or top in standard_modules(self.python):
            return None
        if top in self.hidden:
            return "hidden_package"
        is_stub = any(f"{module}.".startswith(f"{name}.") for name in INERT_PACKAGES | BAR_PACKAGES)
        if is_stub or (self.listed and top in self.listed):
            return None
        if top in self.own:
            return "own_file"
        return "other_package" if self.listed is not None else None


def unserved_imports(code: StudentCode, served: ServedModules) -> Iterator[UnservedImport]:
    """Yield the imports that would fail, the first one of each module."""
    reported: set[str] = set()
    for piece, node in code.nodes():
        line = getattr(node, "lineno", 0)
        for module, is_relative in _imported(node):
            top = module.partition(".")[0]
            name = module if is_relative else top
            reason: UnservedReason | None = "own_file"
            if not is_relative:
                reason = served.reason_against(module, code)
            elif top in code.modules:
                reason = None
            if reason is not None and name not in reported:
                reported.add(name)
                yield UnservedImport(reason=reason, module=name, piece=piece, line=line)


def _imported(node: ast.AST) -> Iterator[tuple[str, bool]]:
    """Yield the modules that a node imports, and whether relative to the file."""
    if isinstance(node, ast.Import):
        yield from ((alias.name, False) for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.level:
        yield from ((node.module or alias.name, True) for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield from ((f"{node.module}.{alias.name}", False) for alias in node.names)
    elif isinstance(node, ast.Call) and dotted(node.func) in IMPORT_FUNCTIONS and node.args:
        name = node.args[0]
        if isinstance(name, ast.Constant) and isinstance(name.value, str):
            yield name.value, False
