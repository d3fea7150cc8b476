"""Modules that a notebook writes with %%writefile (runs inside): imported from its cells."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType

from autograder.sandbox.cells import Written

Fill = Callable[[str, dict[str, object]], None]  # runs the cells of a module in its namespace


class WrittenModules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """An importer of the modules that cells write; no file of theirs is on a disk."""

    def __init__(self, packages: Mapping[str, bool], fill: Fill) -> None:
        """Import the modules in `packages`, by whose names stands whether each is a package."""
        self._packages = packages
        self._fill = fill

    def install(self) -> None:
        """Let imports find these modules, and no longer those of an earlier notebook."""
        earlier = [finder for finder in sys.meta_path if type(finder) is WrittenModules]
        for finder in earlier:
            sys.meta_path.remove(finder)
            for name in finder._packages:
                sys.modules.pop(name, None)
        if self._packages:
            sys.meta_path.insert(0, self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the specification of a module that a cell writes; None for any other."""
        if fullname not in self._packages:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=self._packages[fullname])

    def exec_module(self, module: ModuleType) -> None:
        """Run the cells of a module."""
        self._fill(module.__name__, vars(module))


def packages_of(written: Sequence[Written]) -> dict[str, bool]:
    """Return whether each module that cells write is a package; the modules above it are."""
    packages: dict[str, bool] = {}
    for entry in written:
        parts = entry.module.split(".")
        for depth in range(1, len(parts)):
            packages[".".join(parts[:depth])] = True
        packages[entry.module] = entry.is_package or packages.get(entry.module, False)
    return packages
