"""Expressions of constants give their text without being run; of anything else it is unknown.

`known.txt` has one expression a line with what it gives, `unknown.txt` one that gives nothing.
"""

from __future__ import annotations

import ast

import pytest

from autograder.analysis.constant_texts import MAX_STEPS, ConstantTexts, names_assigned_once
from tests.support.places import CASES

FOLDER = CASES / "constant_texts"
KNOWN = (FOLDER / "known.txt").read_text(encoding="utf-8").splitlines()
UNKNOWN = (FOLDER / "unknown.txt").read_text(encoding="utf-8").splitlines()
NAMES = names_assigned_once(ast.parse("NAME = '_get'"))


def texts() -> ConstantTexts:
    """Return texts of a file that assigns one name."""
    return ConstantTexts(NAMES)


def expression(source: str) -> ast.expr:
    """Return the tree of an expression."""
    return ast.parse(source, mode="eval").body


@pytest.mark.parametrize("line", KNOWN)
def test_an_expression_of_constants_gives_its_text(line: str) -> None:
    """Each line of known.txt says what its expression gives."""
    source, given = line.split(" => ")
    assert texts().text(expression(source)) == given.replace("\\n", "\n")


@pytest.mark.parametrize("source", UNKNOWN)
def test_an_expression_of_anything_else_gives_nothing(source: str) -> None:
    """What depends on a run, is an error, or would be large is unknown."""
    assert texts().text(expression(source)) is None


def test_a_name_that_is_assigned_twice_is_unknown() -> None:
    """Only a name that a file binds once stands for its value."""
    names = names_assigned_once(ast.parse("a = 'x'\na = 'y'\nb: str = 'z'\nprint(c := 'w')"))
    assert sorted(names) == ["b", "c"]


def test_a_file_with_too_much_to_compute_is_exhausted() -> None:
    """The steps are bounded for a whole file, and the bound shows."""
    all_texts = texts()
    long = expression("[" + "'a'," * 10_000 + "]")
    while not all_texts.is_exhausted:
        all_texts.text(long)
    assert all_texts.steps > MAX_STEPS
    assert all_texts.text(expression("'a'")) is None
