"""The made class of tests/cases/copied_class: 20 independent solutions, 6 copies in disguise."""

from __future__ import annotations

import functools
from itertools import combinations
from pathlib import Path

from autograder.analysis.parse_syntax import syntax_of
from autograder.analysis.provenance import pieces_of
from autograder.class_analysis.copies.compared_code import (
    ComparedCode,
    Run,
    compared_code,
    released_runs,
)
from autograder.class_analysis.copies.similarity import CodePair, run_weights, similar_pairs
from autograder.config.course import load_course
from autograder.model import Assignment
from tests.support.places import CASES, REPOSITORY

COPIED_CLASS = CASES / "copied_class"
ASSIGNMENT = "transfer_learning"


@functools.cache
def transfer_learning() -> Assignment:
    """Return the assignment that the class handed in."""
    return load_course(REPOSITORY).assignment(ASSIGNMENT)


@functools.cache
def class_codes() -> dict[str, ComparedCode]:
    """Return the code of every student of the class."""
    files = sorted(COPIED_CLASS.glob(f"*/{ASSIGNMENT}/*"))
    released = released_runs(transfer_learning())
    return {path.parent.parent.name: code_of(path, released) for path in files}


def code_of(path: Path, released: frozenset[Run] = frozenset()) -> ComparedCode:
    """Return the code in a file as it is compared; the student is the folder's."""
    return code_from(path.parent.parent.name, path.name, path.read_bytes(), released)


def code_from(
    student: str, name: str, content: bytes, released: frozenset[Run] = frozenset()
) -> ComparedCode:
    """Return a source as it is compared."""
    return compared_code(student, name, content, syntax_of(pieces_of(name, content), ()), released)


@functools.cache
def copied_pairs() -> frozenset[tuple[str, str]]:
    """Return the pairs of an original and its copy: `ana` and `ana_renamed`."""
    names = class_codes()
    return frozenset((name.split("_")[0], name) for name in names if "_" in name)


def pairs_of(codes: list[ComparedCode], least: float) -> list[CodePair]:
    """Return the pairs that share `least` or more."""
    return similar_pairs(codes, run_weights(codes), least)


def students_of(pairs: list[CodePair]) -> set[tuple[str, str]]:
    """Return the names of each pair, in alphabetical order."""
    found = ((pair.one, pair.other) for pair in pairs)
    return {(min(names), max(names)) for names in found}


def all_pairs() -> set[tuple[str, str]]:
    """Return every two students of the class."""
    return set(combinations(sorted(class_codes()), 2))
