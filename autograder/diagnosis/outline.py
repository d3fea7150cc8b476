"""An outline of a student's code, read from its text alone: definitions, attributes, words and
their lines.

The judge reads it to explain errors. The code is hostile: it is neither parsed nor run, so that
nesting or size cannot stop the judge. An outline may therefore be wrong about unusual code; it
decides words, never marks.
"""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from autograder.model import Frame
from autograder.sandbox.cells import NotebookError, raw_cells
from autograder.sandbox.encoding import readable_code

MAX_SIGNATURE_LINES = 30
MAX_LINE = (
    400  # characters of a line that are looked at: it bounds what every expression below can cost
)
MAX_LINES = 100_000  # of a file
MAX_DEFINITIONS = 1000
MAX_BODY_LINES = 1000  # of a definition
MAX_BASES = 8  # classes of a chain of inheritance that are followed
_HEAD = re.compile(r"([ \t]*)(?:async[ \t]+def|def|class)[ \t]+(\w+)")
_RETURNS = re.compile(r"[ \t]*(?:return\b[ \t]*[^\s#]|.*\byield\b)|.*:[ \t]*return\b[ \t]*[^\s#]")
_CONTINUES = (
    ")",
    "]",
    "}",
    "#",
    '"',
    "'",
)  # begins of lines that may stand further left than their block
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

    def has_line(self, cell: int, number: int) -> bool:
        """Return whether there is such a line."""
        return self.line(cell, number) is not None

    def line(self, cell: int, number: int) -> Line | None:
        """A line by its place; None where there is none."""
        return _by_place(self).get((cell, number))

    def frame(self, line: Line, function: str = "") -> Frame:
        """The place of a line."""
        return Frame(file=self.file, line=line.number, function=function, cell=line.cell)

    def named(self, name: str) -> Definition | None:
        """The last class or function at the top that has the name; else the last one anywhere."""
        found = [each for each in self.definitions if each.name == name]
        return next(
            (each for each in reversed(found) if not each.owner), found[-1] if found else None
        )

    def method(self, owner: str, name: str) -> Definition | None:
        """A method that stands in a class."""
        mine = [each for each in self.methods(owner) if each.name == name]
        return mine[-1] if mine else None

    def methods(self, owner: str) -> list[Definition]:
        """All methods that stand in a class."""
        return [each for each in self.definitions if each.owner_is_class and each.owner == owner]

    def attributes(self, owner: str) -> set[str]:
        """What objects of a class may have by the text of the class and of its bases in the file."""
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
def outline_of(file: str, content: bytes) -> Outline:
    """Return the outline of a .py file or notebook; of one that cannot be read, an empty one."""
    lines = tuple(itertools.islice(_lines(file, content), MAX_LINES))
    text = "\n".join(line.text for line in lines)
    return Outline(
        file=file,
        lines=lines,
        cells=max((line.cell for line in lines), default=0),
        definitions=tuple(_definitions(lines)),
        words=frozenset(re.findall(r"\w+", text)),
        texts=frozenset(
            re.findall(r"\"([^\"\n]{1,200})\"", text) + re.findall(r"'([^'\n]{1,200})'", text)
        ),
    )


@functools.lru_cache(maxsize=8)
def _by_place(outline: Outline) -> Mapping[tuple[int, int], Line]:
    return {(line.cell, line.number): line for line in outline.lines}


def _lines(file: str, content: bytes) -> Iterator[Line]:
    if file.endswith(".ipynb"):
        try:
            sources = list(enumerate(raw_cells(content), start=1))
        except NotebookError:
            sources = []
    else:
        sources = [(0, readable_code(content))]
    for cell, source in sources:
        text = source.replace("\r\n", "\n").replace("\r", "\n")
        text = (
            text if text.isascii() else unicodedata.normalize("NFKC", text)
        )  # as Python reads its identifiers
        for number, each in enumerate(text.split("\n"), start=1):
            yield Line(cell=cell, number=number, text=each[:MAX_LINE])


def _definitions(lines: tuple[Line, ...]) -> list[Definition]:
    """Return every class and function, each below the one that it stands in."""
    heads: list[tuple[int, re.Match[str]]] = []
    owners: list[int | None] = []  # of each head, the index of the head around it
    ends: dict[int, int] = {}
    around: list[int] = []  # the heads that are open
    for index, line in enumerate(lines):
        text = line.text.strip()
        if not text:
            continue
        while around and _ends(lines[heads[around[-1]][0]], line, text):
            ends[around.pop()] = index
        head = _HEAD.match(line.text)
        if head is not None and len(heads) < MAX_DEFINITIONS:
            owners.append(around[-1] if around else None)
            around.append(len(heads))
            heads.append((index, head))
    return [
        _definition(
            lines,
            *heads[number],
            heads[owner] if (owner := owners[number]) is not None else None,
            ends.get(number, len(lines)),
        )
        for number in range(len(heads))
    ]


def _ends(head: Line, line: Line, text: str) -> bool:
    """Return whether a line stands below the body of a head."""
    return line.cell != head.cell or (
        line.indent <= head.indent and not text.startswith(_CONTINUES)
    )


def _definition(
    lines: tuple[Line, ...],
    index: int,
    head: re.Match[str],
    owner: tuple[int, re.Match[str]] | None,
    last: int,
) -> Definition:
    signature, returns, first = _signature(lines, index, head.end())
    return Definition(
        name=head[2],
        is_class=_is_class(head),
        line=lines[index],
        owner=owner[1][2] if owner else "",
        owner_is_class=owner is not None and _is_class(owner[1]),
        signature=signature,
        returns=returns,
        around=lines,
        first=first,
        last=min(max(first, last), first + MAX_BODY_LINES),
    )


def _is_class(head: re.Match[str]) -> bool:
    return head[0].lstrip().startswith("class")


def _signature(lines: tuple[Line, ...], index: int, column: int) -> tuple[str, str, int]:
    """Return what stands between the brackets of a head, its annotation, and the index of the line
    below.
    """
    text, depth, inside = lines[index].text[column:], 0, ""
    for below in range(index + 1, index + MAX_SIGNATURE_LINES):
        for position, letter in enumerate(text):
            depth += (letter in "([{") - (letter in ")]}")
            if depth == 0 and letter in ":)":
                rest = text[position + 1 :] if letter == ")" else ""
                annotation = re.match(r"\s*->\s*([^:#]+)", rest)
                return inside.removeprefix("("), annotation[1].strip() if annotation else "", below
            inside += letter
        if below >= len(lines) or lines[below].cell != lines[index].cell:
            break
        text, inside = lines[below].text.partition("#")[0], inside + " "
    return "", "", index + 1


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
