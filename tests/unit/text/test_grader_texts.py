"""The texts of a grader: what texts.yml must hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.errors import CourseError
from autograder.text.grader_texts import load_grader_texts

WORDS = "expects: {es: Hola., en: Hello.}, hint: {es: Sí., en: Yes.}"


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    """A key that stands twice is named with its file and line, because one text would be lost."""
    entry = f"  test_a: {{{WORDS}}}\n"
    (tmp_path / "texts.yml").write_text(f"checks:\n{entry}{entry}", encoding="utf-8")
    with pytest.raises(
        CourseError, match=r"texts\.yml: cannot be read: line 2: key 'test_a' stands twice"
    ):
        load_grader_texts(tmp_path)


def test_every_check_needs_its_words(tmp_path: Path) -> None:
    """A check without a text, and a text without a check, are both named."""
    (tmp_path / "texts.yml").write_text(f"checks:\n  test_a: {{{WORDS}}}\n", encoding="utf-8")
    with pytest.raises(CourseError) as caught:
        load_grader_texts(tmp_path, {"test_b"})
    assert [c.partition("texts.yml: ")[2] for c in caught.value.complaints] == [
        "checks.test_a: no such check; delete or rename it",
        "checks.test_b: no text; add expects and hint, es and en",
    ]
