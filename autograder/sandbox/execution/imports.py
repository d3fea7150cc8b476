"""Import statements of student code (runs inside): placeholders and stand-ins for the absent.

A placeholder raises where it is used, not where it is imported. An import whose error the code
itself catches, by its syntax, raises as in Python: that is how code asks whether an optional
package is there.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from types import ModuleType
from typing import Any, NoReturn, TypeAlias

from autograder.sandbox.execution.library_patches import adapt
from autograder.sandbox.execution.stub_packages import stand_in_for
from autograder.sandbox.protocol import CodeLine

# Attributes that are no identifiers: student code has no name for them.
MISSING_KEY = "\0missing"
MODULE_KEY = "\0module"

# A module, a stand-in or a placeholder: whatever an import statement binds
Importable: TypeAlias = Any


class PackageMissing(ModuleNotFoundError):
    """Raised when code uses a package that grading does not have; `place` imported it."""

    reason = "is not installed where work is graded"

    def __init__(self, package: str, place: CodeLine) -> None:
        where = f"cell {place.cell}, line {place.line}" if place.cell else f"line {place.line}"
        super().__init__(f"{package} (imported in {where}) {self.reason}", name=package)
        self.place = place


class NameOfPackageMissing(PackageMissing):
    """Raised when code uses a name that a package lacks: misspelt, or of another version."""

    reason = "is not in the package as it is installed where work is graded"


class Placeholder:
    """A package, or a name of one, that is not there: every use of it raises PackageMissing."""

    def __init__(
        self,
        package: str,
        place: CodeLine,
        parts: Mapping[str, Importable] | None = None,
        error_type: type[PackageMissing] = PackageMissing,
    ) -> None:
        vars(self).update(parts or {})  # what the import statement itself looks up
        vars(self)[MISSING_KEY] = (error_type, package, place)

    def __getattr__(self, name: str) -> Importable:
        """Raise PackageMissing; AttributeError for a special name, which Python itself looks up."""
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        self.__use()

    def __use(self, *_: object, **__: object) -> NoReturn:
        error_type, package, place = vars(self)[MISSING_KEY]
        raise error_type(package, place)

    def __repr__(self) -> str:
        """Return its name, as a debugger shows it."""
        error_type, package, _ = vars(self)[MISSING_KEY]
        return f"<{package}: {error_type.reason}>"

    __call__ = __mro_entries__ = __instancecheck__ = __subclasscheck__ = __use
    __getitem__ = __setitem__ = __iter__ = __next__ = __len__ = __bool__ = __contains__ = __use
    __enter__ = __exit__ = __or__ = __ror__ = __add__ = __radd__ = __mul__ = __rmul__ = __use
    __sub__ = __rsub__ = __truediv__ = __rtruediv__ = __matmul__ = __use
    __float__ = __int__ = __index__ = __use


class ExtendedModule(ModuleType):
    """A module together with placeholders for names that it lacks."""

    def __init__(self, module: ModuleType, names: Mapping[str, Importable]) -> None:
        super().__init__(module.__name__)
        vars(self).update(names)
        vars(self)[MODULE_KEY] = module

    def __getattr__(self, name: str) -> Importable:
        """Return a name of the module itself."""
        return getattr(vars(self)[MODULE_KEY], name)


class Importer:
    """`__import__` of student code."""

    def __init__(
        self,
        file: str,
        place_of: Callable[[int], CodeLine],
        guarded: Callable[[], Collection[int]],
    ) -> None:
        """Import for `file`.

        `place_of` returns where a line of it stands, `guarded` the lines of its import statements
        whose ImportError the code catches.
        """
        self._file = file
        self._place_of = place_of
        self._guarded = guarded

    def __call__(
        self,
        name: str,
        globals: Mapping[str, object] | None = None,  # the names of `__import__`
        locals: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> Importable:
        """Import a module as Python does; what cannot be found is a stand-in or a placeholder."""
        caller = sys._getframe(1)
        is_student_code = caller.f_code.co_filename == self._file
        line, names = caller.f_lineno, tuple(fromlist or ())
        adapt(name.partition(".")[0])
        try:
            # `fromlist` as it came: the import system looks at its type
            module = builtins.__import__(name, globals, locals, fromlist, level)
        except ImportError:
            if not is_student_code or line in self._guarded():
                raise
            if "*" in names and stand_in_for(name) is None:  # the names it would bind are unknown
                raise
            return self._replacement("." * level + name, names, line)
        adapt(name.partition(".")[0])
        if is_student_code:
            return self._completed(module, name, names, line)
        return module

    def _completed(
        self, module: ModuleType, name: str, names: Sequence[str], line: int
    ) -> Importable:
        """Return an imported module, with placeholders for the names that it lacks."""
        missing = [asked for asked in names if asked != "*" and not has_name(module, asked)]
        if not missing or line in self._guarded():
            return module
        place = self._place_of(line)
        replaced: dict[str, Importable] = {}
        for asked in missing:
            newer = newer_typing_name(module, asked)
            replaced[asked] = newer or missing_name(f"{name}.{asked}", place)
        return ExtendedModule(module, replaced)

    def _replacement(self, name: str, names: tuple[str, ...], line: int) -> Importable:
        """Return what an import statement binds for a module that is not there."""
        place = self._place_of(line)
        parts = [name] if name.startswith(".") else name.split(".")
        if not names:
            return self._chain(parts, place)
        stand_in = stand_in_for(name)
        if stand_in is not None:
            return stand_in
        if sys.modules.get(parts[0]) is not None:
            lacking = {asked: missing_name(f"{name}.{asked}", place) for asked in names}
            return missing_name(name, place, lacking)
        return Placeholder(
            parts[0], place, {asked: Placeholder(parts[0], place) for asked in names}
        )

    def _chain(self, parts: list[str], place: CodeLine) -> Importable:
        """Return the first module of `import a.b.c`, through which the others are reached."""
        module: Importable = None
        for depth in range(len(parts), 0, -1):
            name = ".".join(parts[:depth])
            submodule = {parts[depth]: module} if depth < len(parts) else {}
            imported, stand_in = sys.modules.get(name), None
            if imported is None:
                stand_in = stand_in_for(name)
            if imported is not None:
                module = ExtendedModule(imported, submodule) if submodule else imported
            elif stand_in is not None:
                vars(stand_in).update(submodule)
                module = stand_in
            elif sys.modules.get(parts[0]) is not None:
                module = missing_name(name, place, submodule)
            else:
                module = Placeholder(parts[0], place, submodule)
        return module


def missing_name(
    name: str, place: CodeLine, parts: Mapping[str, Importable] | None = None
) -> Placeholder:
    """Return the placeholder for a name that an installed package lacks."""
    return Placeholder(name, place, parts, NameOfPackageMissing)


def has_name(module: object, name: str) -> bool:
    """Return whether `from module import name` finds the name."""
    return hasattr(module, name) or f"{getattr(module, '__name__', '')}.{name}" in sys.modules


def newer_typing_name(module: ModuleType, name: str) -> object:
    """Return what a newer Python has in `typing`, from typing_extensions; None elsewhere."""
    if module.__name__ != "typing":
        return None
    return getattr(sys.modules.get("typing_extensions"), name, None)
