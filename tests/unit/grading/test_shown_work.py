"""What pages show of a hand-in: its code by cell, its documents, the curves of its histories."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from autograder.grading.attempts import record_attempts
from autograder.grading.shown_work import MAX_TEXT_CHARS, curves_of, texts_of
from autograder.handin.collect.ledger import Ledger
from autograder.model import DeclaredFile, GradedAttempt, HandedCurves, HandedText
from autograder.results import attempts_path, read_attempts
from tests.support.examples_of_final_grades import BASIC, COURSE, decided

FILES = (
    DeclaredFile(name="work.py", alternatives=("work.ipynb",)),
    DeclaredFile(name="report.md"),
)
WORK = replace(COURSE.assignments[1], files=FILES)


def notebook(*cells: tuple[str, str]) -> bytes:
    """Return a notebook of these cells: kind and source."""
    return json.dumps(
        {"cells": [{"cell_type": kind, "source": source} for kind, source in cells]}
    ).encode()


def test_code_and_documents_are_texts() -> None:
    """The code comes first, then what was written for people; other files are not shown."""
    files = {"report.md": b"\xef\xbb\xbfIt works.\r\n", "work.py": b"x = 1\r\n", "h.json": b"{}"}
    assert texts_of(WORK, files) == (
        HandedText(file="work.py", text="x = 1"),
        HandedText(file="report.md", text="It works."),
    )


def test_a_notebook_is_its_code_cells() -> None:
    """Cells have the numbers of error messages: code cells count from 1, blank ones too."""
    content = notebook(("markdown", "# A"), ("code", "x = 1"), ("code", "\n"), ("code", "y = 2"))
    assert texts_of(WORK, {"work.ipynb": content}) == (
        HandedText(file="work.ipynb", cell=1, text="x = 1"),
        HandedText(file="work.ipynb", cell=3, text="y = 2"),
    )


def test_what_is_no_notebook_has_no_texts() -> None:
    """A broken notebook is shown by its finding alone."""
    assert texts_of(WORK, {"work.ipynb": b"{"}) == ()


def test_a_long_text_is_cut() -> None:
    """A result file holds so much of a file or a notebook and no more."""
    (text,) = texts_of(WORK, {"work.py": b"x" * (MAX_TEXT_CHARS + 5)})
    assert (len(text.text), text.left_out) == (MAX_TEXT_CHARS, 5)
    cells = [("code", "x" * MAX_TEXT_CHARS), ("code", "y")]
    assert len(texts_of(WORK, {"work.ipynb": notebook(*cells)})) == 1


def test_a_history_gives_its_curves() -> None:
    """Lists of numbers under the usual names; accuracies in percent become shares."""
    history = {"train_loss": [2, 0.123456], "val_acc": [25.0, 87.5], "lr": [0.1, 0.01]}
    expected = HandedCurves(
        file="history.json", train_loss=(2.0, 0.1235), val_accuracy=(0.25, 0.875)
    )
    for content in (history, {"history": history, "test_acc": 0.8}):
        assert curves_of({"history.json": json.dumps(content).encode()}) == (expected,)


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"[1, 2]",
        b"{}",
        b'{"val_loss": "low"}',
        b'{"val_loss": []}',
        b'{"val_loss": [true]}',
        b'{"val_loss": [NaN]}',
        b'{"val_loss": [-1]}',
        b'{"val_loss": [1e300]}',
        b'{"val_acc": [-0.5, 0.5]}',
        b'{"val_acc": [' + b",".join([b"0.5"] * 501) + b"]}",
        b"[" * 100_000,
    ],
)
def test_what_is_no_curve_gives_none(content: bytes) -> None:
    """Whatever else a JSON file holds, nothing is drawn of it."""
    assert curves_of({"history.json": content}) == ()


def test_other_files_have_no_curves() -> None:
    """Only JSON of a usual size is read."""
    content = json.dumps({"val_loss": [1.0]}).encode()
    assert curves_of({"history.txt": content, "big.json": content + b" " * (256 << 10)}) == ()


# ---------------------------------------------------------------- attempts


def test_each_hand_in_is_an_attempt(tmp_path: Path) -> None:
    """A run adds what is new, and changes what it knows of the same files."""
    first = decided("Leo", 30, 5, 15, 25, 10)
    second = replace(
        decided("Leo", 30, 20, 15, 25, 10),
        sheets=tuple(replace(s, submission_digest="b" * 64) for s in first.sheets),
    )
    for final_grade in (first, first, second):
        attempts = record_attempts(tmp_path, final_grade, Ledger())
    digests = [each.submission_digest[:5] for each in attempts["residual_block"]]
    assert digests == ["5ab5a", "bbbbb"]
    assert attempts == read_attempts(attempts_path(tmp_path, "Leo"))


def test_what_earlier_graders_found_is_no_attempt(tmp_path: Path) -> None:
    """Points that other graders gave are not compared."""
    found = decided("Leo", 30, 5, 15, 25, 10)
    earlier = replace(found, sheets=tuple(replace(s, is_earlier=True) for s in found.sheets))
    assert record_attempts(tmp_path, earlier, Ledger()) == {}
    assert not attempts_path(tmp_path, "Leo").exists()


def test_an_attempt_keeps_its_exact_points(tmp_path: Path) -> None:
    """Thirds stay thirds, and what is open is open."""
    found = decided("Leo", 30, 5, 15, 25, 10)
    scores = (replace(found.sheets[1].scores[0], earned=Fraction(20, 3)),)
    sheet = replace(found.sheets[1], scores=scores)
    record_attempts(tmp_path, replace(found, sheets=(sheet,)), Ledger())
    (attempt,) = read_attempts(attempts_path(tmp_path, "Leo"))["residual_block"]
    assert attempt == GradedAttempt(
        submission_digest=sheet.submission_digest, points={BASIC.id: "20/3"}
    )


@pytest.mark.parametrize("damage", ["", "[]", '{"a": 1}', '{"a": [{}]}', "[" * 100_000])
def test_damaged_attempts_are_forgotten(tmp_path: Path, damage: str) -> None:
    """No mark rests on them, so a run goes on without."""
    file = tmp_path / "ana.json"
    file.write_text(damage)
    assert read_attempts(file) == {}
