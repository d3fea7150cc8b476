"""The reader of outlines: it finds what code declares by its text alone.

The judge reads it to explain errors. The code is hostile: it is neither parsed nor run, so that
nesting or size cannot stop the judge. An outline may therefore be wrong about unusual code; it
decides words, never marks.
"""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections.abc import Iterator

from autograder.diagnosis.outline import Definition, Line, Outline
from autograder.sandbox.cells import NotebookError, raw_cells
from autograder.sandbox.encoding import readable_code

MAX_SIGNATURE_LINES = 30
MAX_LINE_CHARS = 400  # that are looked at: it bounds the cost of every expression below
MAX_LINES = 100_000  # of a file
MAX_DEFINITIONS = 1000
MAX_BODY_LINES = 1000  # of a definition
HEAD_PATTERN = re.compile(r"([ \t]*)(?:async[ \t]+def|def|class)[ \t]+(\w+)")
# A line that begins so may be indented less than its block.
CONTINUATIONS = (*(")", "]", "}"), *("#", '"', "'"))


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
        # As Python reads its identifiers.
        text = text if text.isascii() else unicodedata.normalize("NFKC", text)
        for number, each in enumerate(text.split("\n"), start=1):
            yield Line(cell=cell, number=number, text=each[:MAX_LINE_CHARS])


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
        head = HEAD_PATTERN.match(line.text)
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
        line.indent <= head.indent and not text.startswith(CONTINUATIONS)
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
    """Return a head's parameters, its annotation, and the index of the line below."""
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
