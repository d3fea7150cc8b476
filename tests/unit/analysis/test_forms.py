"""The form of code: the same for a copy with other names, layout and comments alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder.analysis.provenance import evidence_of
from autograder.config.course import load_course
from tests.support.places import REPOSITORY

ASSIGNMENT = load_course(REPOSITORY).assignment("residual_block")
SOLUTION = (ASSIGNMENT.solution / "residual_block.py").read_text(encoding="utf-8")
RELEASED = (ASSIGNMENT.root / "residual_block.py").read_text(encoding="utf-8")


def form(code: str, file: str = "residual_block.py") -> str:
    """Return the form of this code as a hand-in."""
    return evidence_of(ASSIGNMENT, {file: code.encode()}, "en").form


def renamed(code: str) -> str:
    """Return code with other names of members and variables."""
    code = re.sub(r"\bself\.(\w+)", r"self.my_\1", code)
    for old, new in (("in_channels", "before"), ("out_channels", "after"), ("self", "this")):
        code = re.sub(rf"\b{old}\b", new, code)
    return code


COPIES = {
    "a blank": SOLUTION + "\n\n",
    "a comment": "# mine\n" + SOLUTION.replace("super().__init__()", "super().__init__()  # first"),
    "other names": renamed(SOLUTION),
    "without comments": re.sub(r"#.*", "", SOLUTION),
    "other docstrings": re.sub(r'^( +)"""[^"]*"""', r'\1"""Mine."""', SOLUTION, flags=re.MULTILINE),
    "prints at the end": SOLUTION + "\nprint('mine')\n",
    "in brackets": re.sub(r"return ([^\n()]+)$", r"return ((\1))", SOLUTION, flags=re.MULTILINE),
}


@pytest.mark.parametrize("name", COPIES)
def test_a_copy_has_the_form_of_its_original(name: str) -> None:
    """Names, layout, comments, docstrings and brackets change no form."""
    assert COPIES[name] != SOLUTION
    assert form(COPIES[name]) == form(SOLUTION)


@pytest.mark.parametrize(
    "path", sorted((ASSIGNMENT.root / "right").glob("*.py")), ids=lambda path: path.stem
)
def test_other_work_has_another_form(path: Path) -> None:
    """No right answer has the form of the solution."""
    assert form(path.read_text(encoding="utf-8")) != form(SOLUTION)


@pytest.mark.parametrize(
    "code",
    [RELEASED, "x = 1\n", "def f():\n    return 1\n", ""],
    ids=["released", "x", "f", "none"],
)
def test_what_everybody_has_is_not_compared(code: str) -> None:
    """The released text and a few lines have no form."""
    assert form(code) == ""
