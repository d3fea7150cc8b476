"""Probes: functions of a grader that run beside the student's code, and what their source alone
tells.
"""

from __future__ import annotations

import builtins
import functools
import inspect
import symtable
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType

from autograder.errors import CourseError
from autograder.sandbox.execution.interpreter import PROBES

GIVEN = {*vars(builtins), "__name__", "__builtins__", "__doc__", "__file__"}


@functools.cache
def source_of(probe: FunctionType) -> str:
    """The source of the module that defines `probe`; CourseError where a test could leak with it."""
    file = Path(inspect.getfile(inspect.unwrap(probe)))
    if file.name.startswith("test_"):
        raise CourseError(
            f"{file}: {probe.__name__}: a probe lives in a file without tests; move it to probes.py"
        )
    return file.read_text(encoding="utf-8")


@functools.cache
def has_undefined_name(source: str) -> bool:
    """Return whether a module of probes uses a name that nothing defines; without one, a worker that
    blames it lies.
    """
    module = symtable.symtable(source, PROBES, "exec")
    scopes = list(_scopes(module))
    defined = {
        symbol.get_name()
        for scope in scopes
        for symbol in scope.get_symbols()
        if (scope is module or symbol.is_declared_global())
        and (symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace())
    }
    used = {
        symbol.get_name()
        for scope in scopes
        for symbol in scope.get_symbols()
        if symbol.is_referenced() and (scope is module or symbol.is_global())
    }
    return bool(used - defined - GIVEN) or "import *" in source


def _scopes(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _scopes(child)
