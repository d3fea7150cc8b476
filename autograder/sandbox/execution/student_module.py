"""The student's module as probes see it (runs inside), and names that a notebook has anyway."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

from autograder.sandbox.execution.error_reports import NameMissing


class Student:
    """What a probe receives as `student`: the names of the student's module."""

    def __init__(self, module: types.ModuleType) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        """Return a name of the student's module; NameMissing where there is none."""
        try:
            return getattr(self._module, name)
        except AttributeError:
            raise NameMissing(name) from None


class NotebookShell:
    """What `get_ipython()` returns where there is no IPython: each of its methods does nothing."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        """Return a function that does nothing."""
        return do_nothing


def do_nothing(*_: object, **__: object) -> None:
    """Do nothing."""


NOTEBOOK_NAMES = {  # what code of a notebook uses without importing it
    "display": do_nothing,
    "get_ipython": NotebookShell,
}
