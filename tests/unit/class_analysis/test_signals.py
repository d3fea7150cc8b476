"""Signals of results name pairs of students whose work is alike in another way than by code."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from autograder.class_analysis.copies.signals import signals_of
from autograder.model import Likeness, ScoreSheet
from tests.support.examples_of_final_grades import BASIC, measurement, score, sheet
from tests.support.networks import compared


def sheet_of(student: str, points: int = 10, **changes: object) -> ScoreSheet:
    """Return a sheet of a student that is like no other."""
    made = sheet(student, "residual_block", score(BASIC, Fraction(points)))
    return replace(made, submission_digest=student, **changes)  # type: ignore[arg-type]


def test_identical_files_are_a_signal() -> None:
    """Two hand-ins with the same digest are named, the third one is not."""
    sheets = {name: sheet_of(name) for name in ("ana", "bo", "cy")}
    sheets["bo"] = replace(sheets["bo"], submission_digest="ana")
    assert signals_of(sheets) == {("ana", "bo"): ("files",)}


def test_blank_files_are_no_signal() -> None:
    """What earned nothing may be the untouched stub."""
    sheets = {name: replace(sheet_of(name, 0), submission_digest="stub") for name in ("ana", "bo")}
    assert signals_of(sheets) == {}


def test_equal_models_and_forms_are_signals() -> None:
    """One pair may share several signals, the stronger evidence first."""
    shared = {"likeness": Likeness(forms=("f",)), "measurement": measurement(signature="w" * 64)}
    sheets = {name: sheet_of(name, **shared) for name in ("ana", "bo")}
    assert signals_of(sheets) == {("ana", "bo"): ("forms", "model")}


def test_a_rare_wrong_network_is_a_signal() -> None:
    """Two students with the same wrong network are named; of many it is a common mistake."""
    wrong = (compared("skip_after_relu", check="test_forward"),)
    pair = {name: sheet_of(name, networks=wrong) for name in ("ana", "bo")}
    many = {name: sheet_of(name, networks=wrong) for name in ("ana", "bo", "cy", "di")}
    assert signals_of(pair) == {("ana", "bo"): ("network",)}
    assert signals_of(many) == {}
