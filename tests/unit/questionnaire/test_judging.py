"""What an answer earns: alone, in part, by the form's order, or nothing until a person reads it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from autograder.questionnaire.answers import read_answers
from autograder.questionnaire.form import OPTION_LETTERS, shown_options
from autograder.questionnaire.judging import AnswerVerdict, judge, judge_question
from autograder.questionnaire.load import load_questionnaire
from autograder.questionnaire.questions import Questionnaire
from autograder.questionnaire.reading import fold

SMALL = """
id: small
title: {es: t, en: t}
criteria:
  knowledge.one:
    single_one:
      type: single
      ask: {es: q, en: q}
      options: [{es: x, en: x}, {es: y, en: y, right: true}, {es: z, en: z}]
      review: {es: r, en: r}
    multiple_one:
      type: multiple
      ask: {es: q, en: q}
      options:
        [{es: v, en: v, right: true}, {es: w, en: w}, {es: x, en: x, right: true},
         {es: y, en: y}, {es: z, en: z}]
      review: {es: r, en: r}
    ordering_one:
      type: ordering
      ask: {es: q, en: q}
      options:
        [{es: v, en: v, place: 2}, {es: w, en: w, place: 1}, {es: x, en: x, place: 4},
         {es: y, en: y, place: 3}]
      review: {es: r, en: r}
    numeric_one:
      type: numeric
      ask: {es: q, en: q}
      value: 11.7
      within: 0.1
      unit: M
      review: {es: r, en: r}
    short_one:
      type: short
      ask: {es: q, en: q}
      accept: [Degradación, no convergencia]
      forbid: [sobreajuste, overfitting]
      review: {es: r, en: r}
    text_one:
      type: text
      ask: {es: q, en: q}
      ideas: [{es: i, en: i}]
      review: {es: r, en: r}
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Questionnaire:
    """Return a questionnaire with one question of each kind."""
    file: Path = tmp_path_factory.mktemp("small") / "questionnaire.yml"
    file.write_text(SMALL, encoding="utf-8")
    return load_questionnaire(file)


def verdict(questionnaire: Questionnaire, kind: str, answer: str, code: str = "0") -> AnswerVerdict:
    """Return the verdict on an answer to the question of a kind."""
    question = next(q for q in questionnaire.questions if q.kind == kind)
    data = f"form: {code}\n{question.id}: {answer}\n".encode()
    return judge_question(question, read_answers(data, questionnaire.ids))


@pytest.mark.parametrize(
    ("answer", "credit"), [("b", 1), ("a", 0), ("c", 0), ("", 0), ("a, b", None), ("x", None)]
)
def test_a_single_choice_is_right_or_wrong(
    small: Questionnaire, answer: str, credit: int | None
) -> None:
    """The right letter earns all, another one nothing, and two of them are for a person."""
    assert verdict(small, "single", answer).credit == credit


@pytest.mark.parametrize(
    ("answer", "credit"),
    [
        ("a, c", 1),
        ("a", Fraction(1, 2)),
        ("a, b, c", Fraction(1, 2)),
        ("a, b", 0),
        ("b, d, e", 0),
        ("abcde", 0),
        ("a, b, c, d", 0),
    ],
)
def test_a_multiple_choice_earns_its_net(
    small: Questionnaire, answer: str, credit: Fraction
) -> None:
    """Right letters minus wrong ones earn, as a share of the right ones, never below zero."""
    assert verdict(small, "multiple", answer).credit == credit


@pytest.mark.parametrize(
    ("answer", "credit"),
    [
        ("b, a, d, c", 1),
        ("a, b, d, c", Fraction(1, 3)),  # the first two swapped: only 3-4 stand side by side
        ("a, d, c, b", Fraction(2, 3)),
        ("c, d, a, b", 0),
        ("b, a", Fraction(1, 3)),
        ("b", 0),
    ],
)
def test_an_order_earns_its_neighbours(small: Questionnaire, answer: str, credit: Fraction) -> None:
    """Each pair of the right order that stands side by side earns its share."""
    assert verdict(small, "ordering", answer).credit == credit


@pytest.mark.parametrize(
    ("answer", "credit"),
    [
        ("11,7 M", 1),
        ("11.6", 1),
        ("11.8", 1),
        ("11.59", 0),
        ("11689512", 1),
        ("117", 0),
        ("11.7 %", None),
    ],
)
def test_a_number_is_right_within_its_tolerance(
    small: Questionnaire, answer: str, credit: int | None
) -> None:
    """Both ends of the tolerance belong to it; a unit that was not asked for is for a person."""
    assert verdict(small, "numeric", answer).credit == credit


@pytest.mark.parametrize(
    ("answer", "credit", "finding"),
    [
        ("degradacion", 1, "right"),
        ("Se llama DEGRADACIÓN de la precisión.", 1, "right"),
        ("no convergencia", 1, "right"),  # its own no is no negation
        ("sobreajuste", 0, "wrong_answer"),
        ("degradación por sobreajuste", 0, "wrong_answer"),
        ("degradación, no sobreajuste", None, "unreadable_hedged"),
        ("no es degradación", None, "unreadable_hedged"),
        ("it isn't overfitting", None, "unreadable_hedged"),
        ("degradación o sobreajuste", None, "unreadable_hedged"),
        ("degradasión", None, "unreadable_unrecognised"),
        ("biodegradación", None, "unreadable_unrecognised"),
        ("no sé", 0, "blank"),
        ("tampoco es degradación", None, "unreadable_hedged"),
        ("degradación en lugar de saturación", None, "unreadable_hedged"),
        ("colapso, degradación", None, "unreadable_several"),
        ("colapso; degradación", None, "unreadable_several"),
        ("colapso/degradación", None, "unreadable_several"),
        ("colapso，degradación", None, "unreadable_several"),
        ("colapso. Degradación", None, "unreadable_several"),
        ("colapso y degradación", None, "unreadable_several"),
        ("colapso o degradación", None, "unreadable_hedged"),
        ("collapse or degradación", None, "unreadable_hedged"),
        ("|\n  colapso\n  degradación", None, "unreadable_several"),
        ("\n  - colapso\n  - degradación", None, "unreadable_several"),
        ("saturación colapso degradación", None, "unreadable_several"),
        ("degradación, no convergencia", 1, "right"),  # a list of accepted forms
        ("es la degradación, sobreajuste", 0, "wrong_answer"),
        ("degradación uno dos tres cuatro cinco seis", None, "unreadable_wordy"),
    ],
)
def test_a_short_answer_is_recognised_or_read(
    small: Questionnaire, answer: str, credit: int | None, finding: str
) -> None:
    """Accepted forms earn all, forbidden claims nothing; doubt and several guesses wait."""
    assert verdict(small, "short", answer) == AnswerVerdict(
        credit=None if credit is None else Fraction(credit), finding=finding
    )


@pytest.mark.parametrize(
    ("answer", "finding"),
    [
        ("Because.", "to_read"),
        ("|\n  Because\n  x: y", "to_read"),
        ("*broken", "to_read"),
        ("|", "blank"),
        ("", "blank"),
    ],
)
def test_a_free_text_goes_to_a_person(small: Questionnaire, answer: str, finding: str) -> None:
    """Every text is read, well-formed or not; a blank one earns nothing."""
    assert verdict(small, "text", answer).finding == finding


def test_letters_are_those_of_the_form(small: Questionnaire) -> None:
    """On every form the right option has a letter of its own, and that letter earns all."""
    question = small.questions[0]
    letters = set()
    for number in range(20):
        code = f"{number:06x}"
        letter = OPTION_LETTERS[shown_options(code, question).index(1)]
        assert verdict(small, "single", letter, f'"{code}"').credit == 1
        letters.add(letter)
    assert letters == {"a", "b", "c"}


def test_letters_without_the_order_of_their_form_are_for_a_person(small: Questionnaire) -> None:
    """Where the code cannot be read, letters wait, and numbers and words do not."""
    assert verdict(small, "single", "b", "torn").finding == "unreadable_form"
    assert verdict(small, "numeric", "11.7", "torn").credit == 1


def test_every_question_gets_a_verdict(small: Questionnaire) -> None:
    """An empty file answers every question with nothing."""
    _, verdicts = judge(small, b"")
    assert {question_id: v.credit for question_id, v in verdicts.items()} == {
        q.id: 0 for q in small.questions
    }


def test_accepted_forms_are_folded(small: Questionnaire) -> None:
    """The author may write accents and capitals."""
    key = next(q.key for q in small.questions if q.kind == "short")
    assert all(form == fold(form) for form in getattr(key, "accept", ()))
