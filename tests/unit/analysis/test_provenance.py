"""Copies of torchvision and hidden packages are noted for staff; honest code is not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.analysis.code_words import INTERPRETER_INTERNALS, named_in, words_of
from autograder.analysis.copies import MIN_COPIED_SHARE, copies_in, originals_of, runs_of
from autograder.analysis.parse_syntax import Syntax, syntax_of
from autograder.analysis.provenance import evidence_of
from autograder.analysis.syntax_tokens import MAX_TOKENS
from autograder.config.course import load_course
from autograder.errors import CourseError
from autograder.model import Note
from autograder.verification.cases import whole_source
from tests.support.copied_code import bracketed, disguised, pasted
from tests.support.places import CASES, REPOSITORY

ASSIGNMENT = load_course(REPOSITORY).assignment("residual_block")
CLASSES = {"BasicBlock", "Bottleneck", "ResNet"}
HONEST = [
    ASSIGNMENT.solution / "residual_block.py",
    *sorted((ASSIGNMENT.root / "right").glob("*.py")),
    *sorted((ASSIGNMENT.root / "wrong").glob("*.py")),
]


def notes(code: str, provenance: str = "flag") -> list[Note]:
    """Return the notes for staff on this code."""
    assignment = replace(ASSIGNMENT, provenance=provenance)
    return list(evidence_of(assignment, {"residual_block.py": code.encode()}, "en").notes)


def syntax(code: str) -> Syntax:
    """Return the syntax of code that is trusted."""
    return syntax_of([(code, 1)], ())


COPIES = {"pasted": pasted(), "disguised": disguised(), "bracketed": bracketed()}


@pytest.mark.parametrize("code", COPIES.values(), ids=COPIES)
def test_a_copy_is_told_class_by_class(code: str) -> None:
    """Of a copied class staff read name, share and place; new names and brackets hide nothing."""
    copies = {
        copy.original.rpartition(".")[2]: copy
        for copy in copies_in(syntax(code).tokens, ASSIGNMENT.originals)
    }
    assert set(copies) == CLASSES
    for name, copy in copies.items():
        start = 1 + code[: code.index(f"class {name}")].count("\n")
        assert copy.first <= start + 25
        assert copy.last > copy.first
    assert all(
        "torchvision.models.resnet." in note.text and "lines" in note.text for note in notes(code)
    )


@pytest.mark.parametrize("path", HONEST, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_honest_code_is_not_suspected(path: Path) -> None:
    """Of the solution and of every right and wrong answer nothing is told, by a wide margin."""
    code = whole_source(path, ASSIGNMENT)
    assert notes(code) == []
    mine = set(runs_of(syntax(code).tokens))
    for module in ASSIGNMENT.originals:
        for runs in (originals_of(module) or {}).values():
            assert len(mine & runs) / len(runs) < MIN_COPIED_SHARE - 0.15


@pytest.mark.parametrize(
    "line",
    [
        "from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet",
        "import torchvision.models as m",
        "resnet = __import__('importlib').import_module('torchvision.models.resnet')",
        "try:\n    import torchvision\nexcept ImportError:\n    pass",
    ],
)
def test_a_hidden_package_that_is_named_is_told(line: str) -> None:
    """Whoever names a package that the assignment hides, in whatever way, is reported with the
    line.
    """
    (note,) = notes(f'"""About torchvision."""\n# torchvision is not allowed\n{line}\n')
    assert "names torchvision (line " in note.text
    assert "hides" in note.text


CLIMBS = """
import sys

def train_model(*arguments):
    notes = sys._getframe(1).f_locals["notes"]
    del notes.epochs[3:]
"""


def test_a_climb_to_the_records_is_told() -> None:
    """Code that reaches for the interpreter's frames is noted, with the line of each word."""
    assert named_in(words_of(CLIMBS), INTERPRETER_INTERNALS) == [("_getframe", 5), ("f_locals", 5)]


@pytest.mark.parametrize("path", HONEST, ids=lambda path: path.stem)
def test_honest_code_reaches_for_nothing(path: Path) -> None:
    """No right answer and no answer with an honest mistake is reported for it."""
    assert named_in(words_of(whole_source(path, ASSIGNMENT)), INTERPRETER_INTERNALS) == []


def test_words_are_no_imports() -> None:
    """Comments and docstrings may speak of a hidden package."""
    assert (
        notes(
            '"""Like torchvision."""\n\ndef f():\n    "torchvision does so"\n'
            "    return 1  # torchvision\n"
        )
        == []
    )


def test_policy_ignore_tells_nothing() -> None:
    """With `provenance: ignore` staff are told nothing."""
    assert notes("import torchvision\n" + pasted(), "ignore") == []


def test_padding_does_not_go_unseen() -> None:
    """What lies behind so much code that it is not compared is told as such."""
    assert "first" in notes("a = b\n" * (MAX_TOKENS // 2) + pasted())[-1].text


def test_a_missing_original_is_told() -> None:
    """An original that is not installed is no reason to be silent."""
    assignment = replace(ASSIGNMENT, originals=("nowhere.models",))
    (note,) = evidence_of(assignment, {"residual_block.py": b"a = 1\n"}, "es").notes
    assert "nowhere.models" in note.text


@pytest.mark.parametrize("piece", ['"""\\', "'", '"', "\\\n", '"\\', "r", "#", '\\"""', "é(", "\0"])
def test_hostile_text_is_cut_in_time(piece: str) -> None:
    """A megabyte of anything is cut into tokens without looking back."""
    assert len(words_of('"""' + piece * (1_000_000 // len(piece)))) <= MAX_TOKENS + 1


def test_a_notebook_is_compared_too() -> None:
    """Code in a notebook's cells is compared as one source."""
    cells = [{"cell_type": "code", "source": part} for part in pasted().split("\n\n\n")]
    content = json.dumps({"cells": cells}).encode()
    found = evidence_of(ASSIGNMENT, {"residual_block.ipynb": content}, "en")
    assert len(found.notes) == len(CLASSES)


def test_a_malformed_original_is_a_mistake_in_grading_yml(tmp_path: Path) -> None:
    """A path where a module's name belongs is complained of with its line."""
    text = (CASES / "tiny_course" / "grading.yml").read_text(encoding="utf-8")
    at = text.index("    criteria:", text.index("assignments:"))
    (tmp_path / "grading.yml").write_text(
        text[:at] + "    originals: [a/b.py]\n" + text[at:], encoding="utf-8"
    )
    with pytest.raises(CourseError, match="full name"):
        load_course(tmp_path)
