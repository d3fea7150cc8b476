"""Import statements of student code (runs inside): what is not there becomes a placeholder, or a
stand-in.

A placeholder raises where it is used, not where it is imported. An import whose error the code
itself catches, by its syntax, raises as in Python: that is how code asks whether an optional
package is there.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable, Collection
from types import ModuleType
from typing import Any, NoReturn

from autograder.sandbox.execution.library_patches import adapt
from autograder.sandbox.execution.stub_packages import stand_in_for

MISSING = "\0missing"  # an attribute that is no identifier: student code has no name for it
MODULE = "\0module"
Place = tuple[str, int, int]  # a file, a cell (0 in a .py file) and a line of it


class PackageMissing(ModuleNotFoundError):
    """Raised where code uses a package that grading does not have; `place` is its import statement."""

    says = "is not installed where work is graded"

    def __init__(self, package: str, place: Place) -> None:
        _, cell, line = place
        where = f"cell {cell}, line {line}" if cell else f"line {line}"
        super().__init__(f"{package} (imported in {where}) {self.says}", name=package)
        self.place = place


class NameOfPackageMissing(PackageMissing):
    """Raised where code uses a name that a package of grading does not have: misspelt, or of
    another version.
    """

    says = "is not in the package as it is installed where work is graded"


class Placeholder:
    """What stands for a package, or a name of it, that is not there; every use of it raises
    PackageMissing.
    """

    def __init__(
        self,
        package: str,
        place: Place,
        parts: dict[str, Any] | None = None,
        kind: type[PackageMissing] = PackageMissing,
    ) -> None:
        vars(self).update(parts or {})  # what the import statement itself looks up
        vars(self)[MISSING] = (kind, package, place)

    def __getattr__(self, name: str) -> Any:
        """Raise; a special name is simply not there, as its absence is asked for by Python itself."""
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        self.__use()

    def __use(self, *_: Any, **__: Any) -> NoReturn:
        kind, package, place = vars(self)[MISSING]
        raise kind(package, place)

    def __repr__(self) -> str:
        """Its name, as a debugger shows it."""
        kind, package, _ = vars(self)[MISSING]
        return f"<{package}: {kind.says}>"

    __call__ = __mro_entries__ = __instancecheck__ = __subclasscheck__ = __use
    __getitem__ = __setitem__ = __iter__ = __next__ = __len__ = __bool__ = __contains__ = __use
    __enter__ = __exit__ = __or__ = __ror__ = __add__ = __radd__ = __mul__ = __rmul__ = __use
    __sub__ = __rsub__ = __truediv__ = __rtruediv__ = __matmul__ = __float__ = __int__ = (
        __index__
    ) = __use


class Beside(ModuleType):
    """A module with names that it lacks: what an import statement gets, as far as it can be had."""

    def __init__(self, module: ModuleType, names: dict[str, Any]) -> None:
        super().__init__(module.__name__)
        vars(self).update(names)
        vars(self)[MODULE] = module

    def __getattr__(self, name: str) -> Any:
        """A name of the module itself."""
        return getattr(vars(self)[MODULE], name)


class Importer:
    """`__import__` of student code."""

    def __init__(
        self, file: str, place_of: Callable[[int], Place], guarded: Callable[[], Collection[int]]
    ) -> None:
        """`place_of` tells where a line of `file` is; `guarded` the lines whose ImportError the
        code catches.
        """
        self._file = file
        self._place_of = place_of
        self._guarded = guarded

    def __call__(
        self, name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0
    ) -> Any:
        """Import a module as Python does; what cannot be found is a stand-in or a placeholder."""
        caller = sys._getframe(1)
        is_students = caller.f_code.co_filename == self._file
        adapt(name.partition(".")[0])
        try:
            module = builtins.__import__(name, globals, locals, fromlist, level)
        except ImportError:
            line = caller.f_lineno
            if not is_students or line in self._guarded():
                raise
            if (
                "*" in (fromlist or ()) and stand_in_for(name) is None
            ):  # nobody knows which names it would give
                raise
            return self._instead("." * level + name, tuple(fromlist or ()), line)
        adapt(name.partition(".")[0])
        lacks = (
            [n for n in fromlist or () if n != "*" and not has(module, n)] if is_students else []
        )
        if lacks and caller.f_lineno not in self._guarded():
            place = self._place_of(caller.f_lineno)
            return Beside(
                module, {n: newer(module, n) or absent(f"{name}.{n}", place) for n in lacks}
            )
        return module

    def _instead(self, name: str, fromlist: tuple[str, ...], line: int) -> Any:
        """What an import statement gets for a module that is not there."""
        place = self._place_of(line)
        parts = name.split(".") if not name.startswith(".") else [name]
        if not fromlist:
            return self._chain(parts, place)
        if (made := stand_in_for(name)) is not None:
            return made
        if sys.modules.get(parts[0]) is not None:
            return absent(name, place, {n: absent(f"{name}.{n}", place) for n in fromlist})
        return Placeholder(parts[0], place, {n: Placeholder(parts[0], place) for n in fromlist})

    def _chain(self, parts: list[str], place: Place) -> Any:
        """The first module of `import a.b.c`, from which the others are reached."""
        made: Any = None
        for depth in range(len(parts), 0, -1):
            name = ".".join(parts[:depth])
            below = {parts[depth]: made} if depth < len(parts) else {}
            there = sys.modules.get(name)
            if there is not None:
                made = Beside(there, below) if below else there
            elif (stand_in := stand_in_for(name)) is not None:
                vars(stand_in).update(below)
                made = stand_in
            elif sys.modules.get(parts[0]) is not None:
                made = absent(name, place, below)
            else:
                made = Placeholder(parts[0], place, below)
        return made


def absent(name: str, place: Place, parts: dict[str, Any] | None = None) -> Placeholder:
    """Return what stands for a name that an installed package lacks."""
    return Placeholder(name, place, parts, NameOfPackageMissing)


def has(module: Any, name: str) -> bool:
    """Return whether `from module import name` finds the name."""
    return hasattr(module, name) or f"{getattr(module, '__name__', '')}.{name}" in sys.modules


def newer(module: ModuleType, name: str) -> Any:
    """Return what a newer Python has in `typing`, from typing_extensions; None elsewhere."""
    return (
        getattr(sys.modules.get("typing_extensions"), name, None)
        if module.__name__ == "typing"
        else None
    )
