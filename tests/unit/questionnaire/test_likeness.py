"""What of a questionnaire is compared: free texts without their writing, wrong answers."""

from __future__ import annotations

import re

from autograder.model import Likeness
from autograder.questionnaire.form import OPTION_LETTERS, shown_options
from autograder.questionnaire.judging import judge
from autograder.questionnaire.likeness import likeness_of
from autograder.questionnaire.load import load_questionnaire
from tests.support.places import REPOSITORY

QUESTIONNAIRE = load_questionnaire(REPOSITORY / "assignments" / "concepts" / "questionnaire.yml")
SOLUTION = (REPOSITORY / "solutions" / "concepts" / "answers.yml").read_text(encoding="utf-8")


def likeness(text: str) -> Likeness:
    """Return what is compared of these answers."""
    return likeness_of(QUESTIONNAIRE, *judge(QUESTIONNAIRE, text.encode()))


def test_a_free_text_is_compared_without_its_writing() -> None:
    """Case, punctuation, accents and line breaks make no other text; another word does."""
    once = likeness("why_skips_help: |\n  " + "El gradiente llega entero a las capas, " * 3)
    again = likeness("why_skips_help: " + "el  GRADIENTE llega entero, a las cápas " * 3)
    other = likeness("why_skips_help: " + "el gradiente llega entero a los pesos " * 3)
    assert len(once.forms) == 1
    assert once.forms == again.forms
    assert once.forms != other.forms


def test_a_short_text_is_not_compared() -> None:
    """Two students may well write the same few words."""
    assert likeness("why_skips_help: porque el gradiente llega entero").forms == ()


def test_right_and_blank_answers_are_no_mistakes() -> None:
    """Of the solution and of an empty form no mistake is compared."""
    assert likeness(SOLUTION).mistakes == ()
    assert likeness("").mistakes == ()


def test_a_mistake_is_the_same_on_every_form() -> None:
    """The option behind a letter counts, not the letter."""
    question = next(q for q in QUESTIONNAIRE.questions if q.id == "exploding_sign")
    found = set()
    for code in ("0", "546f4f", "83faf0"):
        letter = OPTION_LETTERS[shown_options(code, question).index(1)]
        (mistake,) = likeness(f'form: "{code}"\nexploding_sign: {letter}\n').mistakes
        found.add(mistake)
    assert found == {"exploding_sign:1"}


def test_wrong_words_and_numbers_are_mistakes() -> None:
    """What is not right is compared as it was written, and long texts are kept short."""
    text = re.sub(r"^sigmoid_factor:.*", "sigmoid_factor: 0,25", SOLUTION, flags=re.MULTILINE)
    text = re.sub(r"^lost_knowledge:.*", "lost_knowledge: amnesia", text, flags=re.MULTILINE)
    mistakes = likeness(text).mistakes
    assert [mistake.partition(":")[0] for mistake in mistakes] == [
        "sigmoid_factor",
        "lost_knowledge",
    ]
    assert max(map(len, mistakes)) < 80
