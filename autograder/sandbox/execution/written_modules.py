"""Modules that a notebook writes with %%writefile (runs inside): imported from its cells, never
from a disk.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

from autograder.sandbox.cells import Written

Fill = Callable[[str, dict[str, Any]], None]  # runs the cells of a module in its namespace


class WrittenModules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds and makes the modules that cells write."""

    def __init__(self, packages: Mapping[str, bool], fill: Fill) -> None:
        """`packages` tells of each module whether it is a package."""
        self._packages = packages
        self._fill = fill

    def install(self) -> None:
        """Let imports find these modules, and no longer those of a notebook that was loaded before."""
        for earlier in [finder for finder in sys.meta_path if type(finder) is WrittenModules]:
            sys.meta_path.remove(earlier)
            for name in earlier._packages:
                sys.modules.pop(name, None)
        if self._packages:
            sys.meta_path.insert(0, self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Where a module of a cell is; None for any other."""
        if fullname not in self._packages:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=self._packages[fullname])

    def exec_module(self, module: ModuleType) -> None:
        """Run the cells of a module."""
        self._fill(module.__name__, vars(module))


def packages_of(written: Sequence[Written]) -> dict[str, bool]:
    """Return the modules that cells write, and those above them; whether each is a package."""
    packages: dict[str, bool] = {}
    for each in written:
        parts = each.module.split(".")
        packages |= {".".join(parts[:depth]): True for depth in range(1, len(parts))}
        packages[each.module] = each.is_package or packages.get(each.module, False)
    return packages
