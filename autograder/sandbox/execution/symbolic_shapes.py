"""torch's module of symbolic shapes, imported only when something needs it (runs inside).

`tensor.backward(gradient)` asks it whether two shapes are equal, and its import takes more CPU time
(with sympy, which it needs) than most students' whole files. Until anything else is asked for, that
question is answered here.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

import torch

MODULE_NAME = "torch.fx.experimental.symbolic_shapes"


class PostponedModule(ModuleType):
    """Stands for the module, and imports it for all but the two functions below."""

    def __getattr__(self, name: str) -> object:
        """Return a name of the real module; AttributeError where it has none."""
        if name.startswith("__"):  # the import system and `inspect` ask every module for these
            raise AttributeError(name)
        return getattr(imported(), name)


def install() -> None:
    """Put the stand-in in the module's place, unless the module is imported already."""
    if MODULE_NAME not in sys.modules:
        module = PostponedModule(MODULE_NAME)
        module.sym_eq, module.expect_true = sym_eq, expect_true  # type: ignore[attr-defined]
        sys.modules[MODULE_NAME] = module


def imported() -> ModuleType:
    """Return the real module."""
    if isinstance(sys.modules.get(MODULE_NAME), PostponedModule):
        del sys.modules[MODULE_NAME]
    return importlib.import_module(MODULE_NAME)


def sym_eq(x: object, y: object) -> object:
    """Return whether two shapes are equal; those with a symbol in them are the real module's."""
    if isinstance(x, torch.Size) and isinstance(y, torch.Size) and _is_plain(x) and _is_plain(y):
        return x == y
    return imported().sym_eq(x, y)


def expect_true(a: object, skip: int = 0) -> object:
    """Return a bool as it is; a symbolic one is the real module's."""
    return a if type(a) is bool else imported().expect_true(a, skip + 1)


def _is_plain(shape: torch.Size) -> bool:
    return all(type(size) is int for size in shape)
