"""An outline of student code: its lines, and the classes and functions that it declares."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from autograder.model import Frame

MAX_BASES = 8  # classes of a chain of inheritance that are followed
_RETURNS = re.compile(r"[ \t]*(?:return\b[ \t]*[^\s#]|.*\byield\b)|.*:[ \t]*return\b[ \t]*[^\s#]")
_ATTRIBUTE = re.compile(
    r"\bself\s*\.\s*(\w+)\s*(?::[^=]+)?=(?!=)|\b(?:register_\w+|add_module)\(\s*['\"](\w+)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of code and where it stands."""

    cell: int  # the code cell of a notebook, from 1; 0 in a .py file
    number: int  # from 1
    text: str

    @property
    def indent(self) -> int:
        """The number of blanks before the code; tabs count as eight."""
        return len(self.text.expandtabs()) - len(self.text.expandtabs().lstrip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A class or function of the file."""

    name: str
    is_class: bool
    line: Line
    owner: str  # the class or function around it; empty at the top
    owner_is_class: bool
    signature: str  # between the brackets behind its name
    returns: str  # the annotation of its value; empty where there is none
    around: tuple[Line, ...]  # the lines of the file
    first: int  # the indices of its body among them
    last: int

    @property
    def body(self) -> tuple[Line, ...]:
        """The lines below its head."""
        return self.around[self.first : self.last]

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of its parameters."""
        return tuple(re.findall(r"(?:^|,)\s*\*{0,2}(\w+)", _without_brackets(self.signature)))

    @property
    def full_name(self) -> str:
        """Its name behind that of the class it belongs to."""
        return f"{self.owner}.{self.name}" if self.owner_is_class else self.name

    @property
    def has_value(self) -> bool:
        """Return whether it returns or yields anything, or is not written yet."""
        code = [line for line in self.body if line.text.strip()]
        if not code or any("NotImplementedError" in line.text for line in code):
            return True
        return any(_RETURNS.match(line.text) for line in code)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outline:
    """What one file of a student declares."""

    file: str
    lines: tuple[Line, ...]
    cells: int  # of a notebook; 0 in a .py file
    definitions: tuple[Definition, ...]
    words: frozenset[str]
    texts: frozenset[str]  # between quotation marks

    @property
    def classes(self) -> frozenset[str]:
        """The names of its classes."""
        return frozenset(each.name for each in self.definitions if each.is_class)

    @property
    def functions(self) -> frozenset[str]:
        """The names of its functions and methods."""
        return frozenset(each.name for each in self.definitions if not each.is_class)

    def line(self, cell: int, number: int) -> Line | None:
        """Return a line by its place; None where there is none."""
        return _by_place(self).get((cell, number))

    def frame(self, line: Line, function: str = "") -> Frame:
        """Return the place of a line."""
        return Frame(file=self.file, line=line.number, function=function, cell=line.cell)

    def named(self, name: str) -> Definition | None:
        """Return the last top-level class or function of that name, or else the last anywhere."""
        found = [each for each in self.definitions if each.name == name]
        return next(
            (each for each in reversed(found) if not each.owner), found[-1] if found else None
        )

    def method(self, owner: str, name: str) -> Definition | None:
        """Return a method that is defined in a class."""
        mine = [each for each in self.methods(owner) if each.name == name]
        return mine[-1] if mine else None

    def methods(self, owner: str) -> list[Definition]:
        """Return all methods that are defined in a class."""
        return [each for each in self.definitions if each.owner_is_class and each.owner == owner]

    def attributes(self, owner: str) -> set[str]:
        """Return what objects of a class may have, by the text of it and of its bases."""
        found: set[str] = set()
        for each in self._with_bases(owner):
            found |= {method.name for method in self.methods(each.name)}
            for line in each.body:
                found.update(
                    name for pair in _ATTRIBUTE.findall(line.text) for name in pair if name
                )
            found.update(_constants(each))
        return found

    def _with_bases(self, owner: str) -> Iterator[Definition]:
        waiting = [owner]
        seen: set[str] = set()
        while waiting and len(seen) < MAX_BASES:
            name = waiting.pop()
            each = self.named(name)
            if name not in seen and each is not None and each.is_class:
                seen.add(name)
                yield each
                waiting += re.findall(r"\w+", each.signature)


@functools.lru_cache(maxsize=8)
def _by_place(outline: Outline) -> Mapping[tuple[int, int], Line]:
    return {(line.cell, line.number): line for line in outline.lines}


def _constants(owner: Definition) -> Iterator[str]:
    """Return the names that the body of a class sets."""
    least = min((line.indent for line in owner.body if line.text.strip()), default=0)
    for line in owner.body:
        found = re.match(r"\s*(\w+)\s*(?::[^=]+)?=(?!=)", line.text)
        if found and line.indent == least:
            yield found[1]


def _without_brackets(text: str) -> str:
    """Return a text without what stands in brackets in it."""
    kept, depth = [], 0
    for letter in text:
        depth += letter in "([{"
        if depth == 0:
            kept.append(letter)
        depth -= letter in ")]}"
    return "".join(kept)
