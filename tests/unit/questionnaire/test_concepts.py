"""This course's own questionnaire: complete, in both languages, and without its answers wherever
students look.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from autograder.config.course import load_course
from autograder.model import Lang
from autograder.questionnaire.answers import read_answers
from autograder.questionnaire.form import (
    OPTION_LETTERS,
    arrangement,
    blank_form,
    code_for,
    outline,
    shown_options,
)
from autograder.questionnaire.judging import judge
from autograder.questionnaire.load import load_questionnaire
from autograder.questionnaire.questions import (
    QUESTION_KINDS,
    UNIT_SCALES,
    Choice,
    Essay,
    Number,
    Short,
    Unit,
)
from autograder.questionnaire.reading import fold
from autograder.text.sentences import LANGS
from tests.support.in_process import autograder
from tests.support.places import REPOSITORY

FOLDER = REPOSITORY / "assignments" / "concepts"
QUESTIONNAIRE = load_questionnaire(FOLDER / "questionnaire.yml")
FORMS = [(code, lang) for code in ("0", code_for(QUESTIONNAIRE, "ana")) for lang in LANGS]


def test_each_criterion_has_five_questions_or_more() -> None:
    """The five knowledge criteria are asked about, and no other."""
    asked = Counter(q.criterion for q in QUESTIONNAIRE.questions)
    criteria = {c.id for c in load_course(REPOSITORY).assignment("concepts").criteria}
    assert set(asked) == criteria
    assert min(asked.values()) >= 5


def test_each_kind_of_question_is_there() -> None:
    """Choices, orders, numbers, words and texts."""
    assert {q.kind for q in QUESTIONNAIRE.questions} == set(QUESTION_KINDS)


def test_free_text_is_asked_for_in_two_criteria_only() -> None:
    """The other three are decided without a person."""
    waiting = {q.criterion for q in QUESTIONNAIRE.questions if isinstance(q.key, Essay)}
    assert waiting == {"knowledge.residual_connections", "knowledge.transfer_learning"}


def test_the_committed_forms_are_those_of_the_questionnaire() -> None:
    """What students fill in, and what the public checks know, is made from questionnaire.yml; print
    it again.
    """
    assert (FOLDER / "answers.yml").read_text(encoding="utf-8") == blank_form(
        QUESTIONNAIRE, "0", "es"
    )
    assert (FOLDER / "answers.en.yml").read_text(encoding="utf-8") == blank_form(
        QUESTIONNAIRE, "0", "en"
    )
    assert (FOLDER / "public" / "questions.yml").read_text(encoding="utf-8") == outline(
        QUESTIONNAIRE
    )


@pytest.mark.parametrize(("code", "lang"), FORMS)
def test_a_form_is_blank(code: str, lang: Lang) -> None:
    """A form is plain YAML in which every question and every line of the check-list stands,
    unanswered.
    """
    filled = yaml.safe_load(blank_form(QUESTIONNAIRE, code, lang))
    assert filled.pop("form") == code
    assert set(filled) == QUESTIONNAIRE.ids
    assert set(filled.values()) == {None}


def spellings(value: Fraction, unit: Unit) -> list[str]:
    """Return the ways to write a number, in the unit in which it is asked for."""
    plain = f"{float(value):.10f}".rstrip("0").rstrip(".")
    counts = (
        [f"{int(value):,}".replace(",", mark) for mark in ",. "] if value.denominator == 1 else []
    )
    power = f"{float(value):.0e}".replace("e-0", "e-")
    spelled = {
        plain,
        plain.replace(".", ","),
        *counts,
        *([power] if float(power) == float(value) else []),
    }
    return (
        [f"{number}{space}{unit}" for number in spelled for space in (" ", "")]
        if unit == "%"
        else sorted(spelled)
    )


def released() -> dict[str, str]:
    """Every text that students get, folded: forms, handouts, public checks."""
    files = [*FOLDER.glob("*.md"), *FOLDER.glob("answers*.yml"), *(FOLDER / "public").iterdir()]
    texts = {str(path): path.read_text(encoding="utf-8") for path in files if path.is_file()}
    texts |= {
        f"form {code} in {lang}": blank_form(QUESTIONNAIRE, code, lang) for code, lang in FORMS
    }
    return {name: re.sub(r"\n#? *", " ", text) for name, text in texts.items()}


@pytest.mark.parametrize("name", released())
def test_what_students_get_shows_no_answers(name: str) -> None:
    """No accepted word, number, key idea, review or mark of a right option stands in what students
    get.
    """
    text = released()[name]
    words = f" {fold(text)} "
    for question in QUESTIONNAIRE.questions:
        match question.key:
            case Short(accept=accept):
                assert not [form for form in accept if f" {form} " in words]
            case Number(value=value, unit=unit):
                assert not [
                    number
                    for number in spellings(value / UNIT_SCALES[unit], unit)
                    if number in text
                ]
            case Essay(ideas=ideas):
                assert not [
                    idea.es for idea in ideas if fold(idea.es) in words or fold(idea.en) in words
                ]
            case Choice() | _:
                pass
        assert fold(question.review.es) not in words
    assert not re.search(r"\b(right: true|place:|accept:|forbid:|within:)", text)


@pytest.mark.parametrize(
    ("page", "words"),
    [("README.md", "Hay {} preguntas"), ("README.en.md", "There are {} questions")],
)
def test_the_handout_counts_the_questions(page: str, words: str) -> None:
    """The number of questions is the true one."""
    text = (FOLDER / page).read_text(encoding="utf-8")
    assert words.format(len(QUESTIONNAIRE.questions)) in text


@pytest.mark.parametrize("page", ["README.md", "README.en.md"])
def test_the_example_of_the_handout_is_wrong(page: str) -> None:
    """Its answers can be read, as a handout should show, and whoever copies them earns nothing."""
    example = re.findall(
        r"```yaml\n(.*?)```", (FOLDER / page).read_text(encoding="utf-8"), re.DOTALL
    )[0]
    answers, verdicts = judge(QUESTIONNAIRE, example.encode())
    findings = [verdicts[q].finding for q in answers.written if verdicts[q].credit != 0]
    assert set(findings) <= {"to_read", "unreadable_unrecognised"}


def test_the_right_letters_are_spread() -> None:
    """On the unshuffled form no letter is right much more often than another."""
    right = Counter(
        OPTION_LETTERS[min(q.key.right)]
        for q in QUESTIONNAIRE.questions
        if isinstance(q.key, Choice) and not q.key.several
    )
    assert max(right.values()) <= 3
    assert len(right) == 4


def test_students_have_forms_of_their_own() -> None:
    """Two names give two codes, two orders of questions and, somewhere, two orders of options."""
    ana, luis = (code_for(QUESTIONNAIRE, name) for name in ("ana", "luis"))
    assert ana != luis
    count = len(QUESTIONNAIRE.questions)
    orders = [arrangement(code, "questions", count) for code in (ana, luis, "0")]
    assert all(a != b and sorted(a) == sorted(b) for a, b in itertools.combinations(orders, 2))
    assert [shown_options(ana, q) for q in QUESTIONNAIRE.questions] != [
        shown_options(luis, q) for q in QUESTIONNAIRE.questions
    ]


def test_a_code_gives_the_same_order_for_ever() -> None:
    """The order follows from a digest, the same on every version, because forms are printed."""
    assert code_for(QUESTIONNAIRE, "ana") == "546f4f"
    assert arrangement("546f4f", "remedies", 5) == (1, 0, 4, 2, 3)


def test_the_command_prints_the_form_of_a_student() -> None:
    """`autograder questionnaire --student` prints what the grader will read by the same code."""
    ended = autograder("questionnaire", "--student", "ana", "--lang", "en")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == blank_form(QUESTIONNAIRE, code_for(QUESTIONNAIRE, "ana"), "en")
    assert read_answers(ended.stdout.encode(), QUESTIONNAIRE.ids).code == "546f4f"


def test_a_course_without_a_questionnaire_is_told_so() -> None:
    """The command names what it looked for."""
    ended = autograder("questionnaire", "--course", Path("tests/cases/tiny_course"))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "expected one" in ended.stderr
