"""Overrides: wrong answers that state only what differs from their base, a whole right answer.

`# base: solution` or `# base: right/NAME.py` in the comment at the top makes a file an override.
A function, method, assignment or import of the override replaces the base's of the same name.
Classes are merged. What the base lacks is declared (`# adds: NAME`, `# adds: CLASS.NAME`) and put
after the statement that stands before it in the override. `# removes: NAME` takes a name out, and
`# replaces: CLASS` takes the override's class as a whole.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import CourseError
from autograder.model import Assignment
from autograder.text.suggestions import did_you_mean, nearest
from autograder.verification.source_pieces import (
    DOCSTRING,
    MAIN,
    Piece,
    Pieces,
    SourceError,
    python_pieces,
    yaml_pieces,
)

SOLUTION = "solution"
Declarations = Mapping[str, tuple[int, str]]  # by key: the line and the value
BASE, ADDS, REMOVES, REPLACES = "base", "adds", "removes", "replaces"
OVERRIDE_KEYS = (BASE, ADDS, REMOVES, REPLACES)
UNUSED = {  # what is wrong with a name that a declaration lists for nothing
    ADDS: "declares what the override does not add",
    REMOVES: "names nothing that the base has",
    REPLACES: "names no class that both the base and the override have",
}
DIVIDE: dict[str, Callable[[str], Pieces]] = {
    ".py": python_pieces,
    ".yml": yaml_pieces,
    ".yaml": yaml_pieces,
}


def merged_source(path: Path, declarations: Declarations, assignment: Assignment) -> str:
    """Return the whole source of an override; CourseError where it does not fit its base."""
    base_path = _base_path(path, declarations, assignment)
    divide = DIVIDE.get(path.suffix)
    if divide is None:
        raise CourseError(f"{path}: only {', '.join(DIVIDE)} files can have a base")
    base = _divided(base_path, divide)
    override = _divided(path, divide)
    merge = _Merge(path=path, base_name=_shown(base_path, assignment), declarations=declarations)
    base.pieces = merge.merged(base.pieces, override.pieces)
    merge.raise_errors()
    base.head = _whole_head(override.head, declarations)
    return _checked(path, base.text())


def _base_path(path: Path, declarations: Declarations, assignment: Assignment) -> Path:
    """Return the path of an override's base."""
    line, name = declarations[BASE]
    if name == SOLUTION:
        return assignment.solution / assignment.files[0].name
    known = sorted(f"right/{p.name}" for p in (assignment.root / "right").glob(f"*{path.suffix}"))
    if name not in known:
        hint = did_you_mean(name, [SOLUTION, *known])
        raise CourseError(
            f"{path}:{line}: no base {name!r}; expected solution or right/<file>{hint}"
        )
    return assignment.root / name


def _shown(path: Path, assignment: Assignment) -> str:
    """Return a path as messages show it, relative to the course's root where it is below it."""
    root = assignment.root.parent.parent
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _whole_head(head: Sequence[str], declarations: Declarations) -> list[str]:
    """Return the top of an override without the declarations that only an override has."""
    own_lines = {declarations[key][0] for key in OVERRIDE_KEYS if key in declarations}
    return [line for number, line in enumerate(head, start=1) if number not in own_lines]


def _checked(path: Path, source: str) -> str:
    """Return a merged source; CourseError where it has no syntax tree."""
    if path.suffix != ".py":
        return source
    try:
        ast.parse(source)
    except SyntaxError as error:
        line = source.split("\n")[(error.lineno or 1) - 1].strip()
        raise CourseError(f"{path}: merged with its base: {error.msg}: {line!r}") from error
    return source


def _divided(path: Path, divide: Callable[[str], Pieces]) -> Pieces:
    """Return the pieces of a file; CourseError where it cannot be divided."""
    try:
        return divide(path.read_text(encoding="utf-8"))
    except SourceError as error:
        raise CourseError(f"{path}:{error.line}: {error}") from error


@dataclass(slots=True, kw_only=True)
class _Merge:
    """The merge of one override, and what is wrong with it."""

    path: Path
    base_name: str
    declarations: Declarations
    errors: list[str] = field(default_factory=list)
    used: dict[str, set[str]] = field(default_factory=dict)  # by key the declared names that apply

    def merged(self, base: list[Piece], override: list[Piece], scope: str = "") -> list[Piece]:
        """Return the base's pieces with those of the override in their places."""
        self._expect_single_names(base, override, scope)
        result = self._kept(base, scope)
        after_last: int | None = None  # the index after the override's last piece
        for number, piece in enumerate(override):
            place = _place_of(piece, result)
            if place is not None:
                result[place] = self._replaced(result[place], piece, scope)
            else:
                self._expect_declared(piece, base, scope)
                place = after_last
                if place is None:
                    place = _first_place(piece, override[number + 1 :], result)
                    _share_lead(piece, result[place:])
                result.insert(place, piece)
            after_last = place + 1
        return result

    def raise_errors(self) -> None:
        """Raise CourseError where something of the override does not fit the base."""
        for key in (ADDS, REMOVES, REPLACES):
            for name in sorted(self._declared(key) - self.used.get(key, set())):
                self._add_error(self.declarations[key][0], f"`{key}: {name}` {UNUSED[key]}")
        if self.errors:
            raise CourseError(*self.errors)

    def _expect_single_names(
        self, base: Sequence[Piece], override: Sequence[Piece], scope: str
    ) -> None:
        """Add an error where a name of the override is bound twice, there or in the base."""
        for piece in override:
            for name in sorted(piece.names):
                count = max(_count(name, base), _count(name, override))
                if count > 1:
                    reason = (
                        f"{scope}{name} is bound {count} times; an override needs it bound once"
                    )
                    self._add_error(piece.line, reason)

    def _kept(self, base: list[Piece], scope: str) -> list[Piece]:
        """Return the base's pieces without those that are declared as removed."""
        kept = []
        for piece in base:
            removed = {name for name in piece.names if self._is_declared(REMOVES, scope + name)}
            if not removed:
                if piece.body is not None:
                    piece.body = self._kept(piece.body, f"{scope}{piece.title}.")
                kept.append(piece)
            elif removed != piece.names:
                others = ", ".join(sorted(piece.names - removed))
                reason = f"cannot be removed without {others}; write the statement as it is to be"
                self._add_error(self.declarations[REMOVES][0], f"{', '.join(removed)} {reason}")
        return kept

    def _replaced(self, old: Piece, new: Piece, scope: str) -> Piece:
        """Return the override's piece in its base's place; a class is merged with the base's."""
        if [*old.text()] == [*new.text()]:
            reason = f"{new.kind} {scope}{new.title} is as in the base; leave it out"
            self._add_error(new.line, reason)
        comments = [line for line in new.lead if line.strip()]
        new.lead = [*old.lead, *comments]
        name = scope + new.title
        if old.kind != "class" or new.kind != "class" or self._is_declared(REPLACES, name):
            return new
        if old.body is None or new.body is None:
            reason = f"class {name} cannot be merged: its body is on the line of its head"
            self._add_error(new.line, f"{reason} (as a whole: `# {REPLACES}: {name}`)")
            return new
        new.body = self.merged(old.body, new.body, f"{name}.")
        if new.has_bare_head:
            new.lines = old.lines
        return new

    def _expect_declared(self, piece: Piece, base: list[Piece], scope: str) -> None:
        """Add an error where a name is neither in the base nor declared as new."""
        if piece.kind == "import":
            return
        for name in sorted(piece.names - {DOCSTRING, MAIN}):
            if self._is_declared(ADDS, scope + name) or self._is_declared(REMOVES, scope + name):
                continue  # what is removed and defined moves to where the override defines it
            known = [known for other in base for known in other.names]
            near = nearest(name, known)
            hint = f"; did you mean {near}?" if near else ""
            reason = f"{piece.kind} {scope}{name} is not in the base {self.base_name}{hint}"
            self._add_error(piece.line, f"{reason} (if it is new: `# {ADDS}: {scope}{name}`)")

    def _declared(self, key: str) -> set[str]:
        """Return the names that a declaration lists."""
        _, value = self.declarations.get(key, (0, ""))
        return {name.strip() for name in value.split(",") if name.strip()}

    def _is_declared(self, key: str, name: str) -> bool:
        """Say whether a declaration lists a name, and remember that it was needed."""
        if name not in self._declared(key):
            return False
        self.used.setdefault(key, set()).add(name)
        return True

    def _add_error(self, line: int, reason: str) -> None:
        self.errors.append(f"{self.path}:{line}: {reason}")


def _count(name: str, pieces: Sequence[Piece]) -> int:
    """Return how many pieces bind a name."""
    return sum(name in piece.names for piece in pieces)


def _place_of(piece: Piece, pieces: Sequence[Piece]) -> int | None:
    """Return the index of the first piece that binds a name of `piece`; None where none does."""
    places = (place for place, other in enumerate(pieces) if other.names & piece.names)
    return next(places, None)


def _share_lead(piece: Piece, following: Sequence[Piece]) -> None:
    """Put an import that goes before another one where that begins, below its blank lines."""
    if piece.kind == "import" and following and following[0].kind == "import":
        piece.lead, following[0].lead = following[0].lead, []


def _first_place(piece: Piece, following: Sequence[Piece], pieces: Sequence[Piece]) -> int:
    """Return where an override's first piece goes that its base lacks.

    An import goes before the imports, a docstring to the top. All else goes before the piece that
    follows it in the override, or to the end.
    """
    if DOCSTRING in piece.names:
        return 0
    if piece.kind == "import":
        imports = (place for place, other in enumerate(pieces) if other.is_plain_import)
        return next(imports, 0)
    places = (_place_of(other, pieces) for other in following)
    return next((place for place in places if place is not None), len(pieces))
