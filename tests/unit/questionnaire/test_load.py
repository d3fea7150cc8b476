"""questionnaire.yml: each mistake of an author is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.errors import CourseError
from autograder.questionnaire.load import load_questionnaire

HEAD = "id: q\ntitle: {es: t, en: t}\ncriteria:\n  c.one:\n    the_question:\n"
WORDS = "      ask: {es: q, en: q}\n      review: {es: r, en: r}\n"
A, B = "{es: a, en: a}", "{es: b, en: b}"

MISTAKES = {
    "a kind": (
        "      type: simple\n",
        "6: criteria.c.one.the_question: type must be one of single",
    ),
    "a language": ("      type: text\n      ideas: [{es: a}]\n", "missing language 'en'"),
    "no right option": (
        f"      type: single\n      options: [{A}, {B}]\n",
        "has 0 right options, expected one",
    ),
    "a single option": (
        f"      type: multiple\n      options: [{A}]\n",
        "is too short, expected at least 2",
    ),
    "only right ones": (
        "      type: multiple\n"
        "      options: [{es: a, en: a, right: true}, {es: b, en: b, right: true}]\n",
        "expected right options and wrong ones",
    ),
    "more than letters": (
        "      type: multiple\n"
        f"      options: [{{es: a, en: a, right: true}}, {', '.join([B] * 8)}]\n",
        "has 9 options; there are letters for 8",
    ),
    "places": (
        "      type: ordering\n"
        "      options: [{es: a, en: a, place: 1}, {es: b, en: b, place: 3}]\n",
        "the places must be 1 to 2, each once",
    ),
    "the right order": (
        "      type: ordering\n"
        "      options: [{es: a, en: a, place: 1}, {es: b, en: b, place: 2}]\n",
        "stands in the right order, which the unshuffled form would show",
    ),
    "a number": ("      type: numeric\n      value: many\n", "value must be a number such as"),
    "a unit": ("      type: numeric\n      value: 1\n      unit: K\n", "unit must be one of"),
    "both ways": (
        "      type: short\n      accept: [A]\n      forbid: [á]\n",
        "'a' is accepted and forbidden",
    ),
    "a part": (
        "      type: text\n      ideas: [{es: a, en: a}]\n      accept: [b]\n",
        "unknown key 'accept'",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, mistake: str) -> None:
    """The complaint says where, what and what was expected."""
    written, complaint = MISTAKES[mistake]
    file = tmp_path / "questionnaire.yml"
    file.write_text(HEAD + written + WORDS, encoding="utf-8")
    with pytest.raises(CourseError) as raised:
        load_questionnaire(file)
    assert complaint in str(raised.value)
    assert str(raised.value).startswith("questionnaire.yml:")


def test_two_questions_cannot_share_an_id(tmp_path: Path) -> None:
    """Not even in different criteria, for they are answered in one file."""
    file = tmp_path / "questionnaire.yml"
    text = "      type: text\n      ideas: [{es: a, en: a}]\n" + WORDS
    file.write_text(HEAD + text + "  c.two:\n    the_question:\n" + text, encoding="utf-8")
    with pytest.raises(CourseError, match="appears twice"):
        load_questionnaire(file)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The complaint says which file was expected."""
    with pytest.raises(CourseError, match=r"questionnaire\.yml: no such file"):
        load_questionnaire(tmp_path / "questionnaire.yml")
