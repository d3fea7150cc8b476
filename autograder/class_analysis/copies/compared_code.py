"""The code of a class as it is compared: words of its syntax with their lines; nothing of it runs.

Hostile source is read in a process of its own: see `autograder.analysis.syntax_server`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from autograder.analysis.parse_syntax import Syntax, syntax_of
from autograder.analysis.provenance import pieces_of, source_of
from autograder.analysis.read_syntax import read_syntax
from autograder.handin.intake import HandIn, read_hand_in
from autograder.model import Assignment

RUN_WORDS = 10  # words of syntax that are compared at once; docs say why
MIN_OWN_RUNS = 100  # distinct runs beside the released ones: anybody writes what is shorter

Run: TypeAlias = int  # the hash of some words; a process salts it, so nobody can make two alike


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedCode:
    """The code of one student for one assignment."""

    student: str
    file: str  # its declared name
    source: str  # as people read it: of a notebook the code cells, one below the other
    words: tuple[str, ...]
    lines: tuple[int, ...]  # of each word in `source`
    own_runs: frozenset[Run]  # without those of the released text

    @property
    def is_comparable(self) -> bool:
        """Whether there is enough of the student's own."""
        return len(self.own_runs) >= MIN_OWN_RUNS


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadCode:
    """A hand-in that cannot be compared, and why."""

    student: str
    reason: str  # a word of the labels' `unread`


def read_class(
    hand_ins: Sequence[HandIn], assignment: Assignment
) -> Iterator[ComparedCode | UnreadCode]:
    """Yield the code of each hand-in of an assignment, or why it is not compared."""
    released = released_runs(assignment)
    code_only = replace(assignment, files=assignment.files[:1])
    for hand_in in hand_ins:
        files = read_hand_in(hand_in, code_only, "en").files
        name = next((name for name in assignment.source_names if name in files), None)
        if name is None:
            yield UnreadCode(student=hand_in.student, reason="no_code")
            continue
        syntax = read_syntax(pieces_of(name, files[name]), ())
        if syntax is None:
            yield UnreadCode(student=hand_in.student, reason="unreadable")
            continue
        code = compared_code(hand_in.student, name, files[name], syntax, released)
        yield code if code.is_comparable else UnreadCode(student=code.student, reason="short")


def compared_code(
    student: str, name: str, content: bytes, syntax: Syntax, released: frozenset[Run]
) -> ComparedCode:
    """Return a student's code as it is compared, given its syntax."""
    return ComparedCode(
        student=student,
        file=name,
        source=source_of(name, content),
        words=syntax.words,
        lines=tuple(token.line for token in syntax.tokens),
        own_runs=frozenset(runs_of(syntax.words)) - released,
    )


def runs_of(words: Sequence[str]) -> Iterator[Run]:
    """Yield every run of RUN_WORDS words, in their order."""
    return map(hash, zip(*(words[start:] for start in range(RUN_WORDS)), strict=False))


def released_runs(assignment: Assignment) -> frozenset[Run]:
    """Return the runs of the text that every student of an assignment receives."""
    runs: set[Run] = set()
    for name in assignment.source_names:
        file = assignment.root / name
        if file.is_file():
            runs |= _runs_in(file)
    return frozenset(runs)


@lru_cache(maxsize=32)
def _runs_in(file: Path) -> frozenset[Run]:
    return frozenset(runs_of(syntax_of(pieces_of(file.name, file.read_bytes()), ()).words))
