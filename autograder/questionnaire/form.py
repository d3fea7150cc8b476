"""The form that a student fills in: its code, the order that the code gives, and its text."""

from __future__ import annotations

import functools
import hashlib
import json
import textwrap
from collections.abc import Iterator
from pathlib import Path

import yaml

from autograder.model import Lang
from autograder.questionnaire.answers import FORM_KEY, UNSHUFFLED_CODE
from autograder.questionnaire.questions import OPTION_LETTERS, Question, Questionnaire, Unit

LINE_WIDTH = 100
UNIT_WORDS: dict[Unit, str] = {"": "", "%": "_percent", "M": "_millions"}


def code_for(questionnaire: Questionnaire, student: str) -> str:
    """Return the code of a student's own form: six hexadecimal digits."""
    return hashlib.sha256(f"{questionnaire.id}\0{student}".encode()).hexdigest()[:6]


def arrangement(code: str, what: str, count: int) -> tuple[int, ...]:
    """Return the order in which a form shows `count` things.

    It is the same for a code on every machine and version.
    """

    def rank(index: int) -> bytes:
        return hashlib.sha256(f"{code}\0{what}\0{index}".encode()).digest()

    return tuple(range(count)) if code == UNSHUFFLED_CODE else tuple(sorted(range(count), key=rank))


def shown_options(code: str, question: Question) -> tuple[int, ...]:
    """Return the option behind each letter of a question, a) first."""
    return arrangement(code, question.id, len(question.options))


def blank_form(questionnaire: Questionnaire, code: str, lang: Lang) -> str:
    """Return the empty form called `code`: plain YAML, with the questions as comments."""
    say = _words()
    lines = [*_comment(questionnaire.title.in_(lang)), "#"]
    lines += [line for text in say["instructions"][lang].split("\n") for line in _comment(text)]
    lines += ["", f'{FORM_KEY}: "{code}"   # {say["code"][lang]}']
    order = arrangement(code, "questions", len(questionnaire.questions))
    for number, index in enumerate(order, start=1):
        lines += ["", "", *_question(questionnaire.questions[index], number, code, lang)]
    lines += ["", "", *_comment(say["checklist"][lang])]
    for item in questionnaire.checklist:
        lines += ["", *_comment(item.text.in_(lang)), f"{item.id}:"]
    return "\n".join(lines) + "\n"


def outline(questionnaire: Questionnaire) -> str:
    """Return what the public checks know of each question, as YAML.

    That is its kind, its number of options and its unit; no answer.
    """
    lines = [
        "# What the public checks know of each question; "
        "made from questionnaire.yml, without any answer."
    ]
    for criterion in dict.fromkeys(question.criterion for question in questionnaire.questions):
        lines += ["", f"{criterion}:"]
        for question in questionnaire.of(criterion):
            options = f", options: {len(question.options)}" if question.options else ""
            unit = f', unit: "{question.unit}"' if question.unit else ""
            lines.append(f"  {question.id}: {{kind: {question.kind}{options}{unit}}}")
    lines += ["", "checklist:"]
    for item in questionnaire.checklist:
        lines += [
            f"  {item.id}:",
            f"    es: {_quoted(item.text.es)}",
            f"    en: {_quoted(item.text.en)}",
        ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # which is YAML, too


def _question(question: Question, number: int, code: str, lang: Lang) -> Iterator[str]:
    how = _words()[question.kind + UNIT_WORDS[question.unit]][lang]
    yield from _comment(f"{number}. {question.ask.in_(lang)} {how}", rest="#    ")
    for letter, index in zip(OPTION_LETTERS, shown_options(code, question), strict=False):
        yield from _comment(
            f"{letter}) {question.options[index].in_(lang)}", first="#    ", rest="#       "
        )
    yield f"{question.id}:"


def _comment(text: str, *, first: str = "# ", rest: str = "# ") -> list[str]:
    """Return lines of comment, the first one indented as `text` is."""
    indent = " " * (len(text) - len(text.lstrip()))
    return textwrap.wrap(
        text.lstrip(),
        LINE_WIDTH,
        initial_indent=first + indent,
        subsequent_indent=rest,
        break_on_hyphens=False,
    )


@functools.cache
def _words() -> dict[str, dict[str, str]]:
    loaded: dict[str, dict[str, str]] = yaml.safe_load(
        Path(__file__).with_name("words.yml").read_text(encoding="utf-8")
    )
    return loaded
