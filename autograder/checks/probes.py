"""Probes: functions of a grader that run beside student code, and what their source tells."""

from __future__ import annotations

import builtins
import functools
import inspect
import symtable
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType

from autograder.errors import CourseError
from autograder.sandbox.execution.error_reports import PROBE_FILE

DEFINED_NAMES = {*vars(builtins), "__name__", "__builtins__", "__doc__", "__file__"}


@functools.cache
def source_of(probe: FunctionType) -> str:
    """Return the source of the module that defines `probe`; CourseError where it has tests."""
    file = Path(inspect.getfile(inspect.unwrap(probe)))
    if file.name.startswith("test_"):
        raise CourseError(
            f"{file}: {probe.__name__}: a probe lives in a file without tests; move it to probes.py"
        )
    return file.read_text(encoding="utf-8")


@functools.cache
def has_undefined_name(source: str) -> bool:
    """Return whether a module of probes uses a name that nothing defines.

    Without one, a worker that reports a NameError of the probe lies.
    """
    module = symtable.symtable(source, PROBE_FILE, "exec")
    defined: set[str] = set()
    used: set[str] = set()
    for scope in _scopes(module):
        for symbol in scope.get_symbols():
            is_bound = symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()
            if is_bound and (scope is module or symbol.is_declared_global()):
                defined.add(symbol.get_name())
            if symbol.is_referenced() and (scope is module or symbol.is_global()):
                used.add(symbol.get_name())
    return bool(used - defined - DEFINED_NAMES) or "import *" in source


def _scopes(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _scopes(child)
