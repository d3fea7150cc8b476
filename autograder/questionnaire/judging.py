"""What an answer earns: from what was read, the order of the form and the key to a Verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from autograder.questionnaire.answers import Answers, read_answers
from autograder.questionnaire.form import shown_options
from autograder.questionnaire.questions import (
    Choice,
    Essay,
    Number,
    Ordering,
    Question,
    Questionnaire,
    Short,
)
from autograder.questionnaire.reading import (
    Raw,
    UnreadableAnswer,
    fold,
    is_blank,
    read_letters,
    read_number,
)

NOTHING, ALL = Fraction(0), Fraction(1)
NEGATIONS = {
    "no",
    "not",
    "nunca",
    "never",
    "sin",
    "without",
    "ni",
    "nor",
    "neither",
    "tampoco",
    "ninguno",
    "none",
}
SHORTENED = {"t"}  # of isn't, doesn't, ...
HEDGES = {
    "o",
    "u",
    "or",
    "pero",
    "but",
    "aunque",
    "although",
    "sino",
    "quiza",
    "quizas",
    "maybe",
    "perhaps",
    "vs",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one answer earns, and the finding that says so."""

    credit: Fraction | None  # from 0 to 1; None: a person decides
    finding: str  # a key of the grader's texts.yml


RIGHT = Verdict(credit=ALL, finding="right")
WRONG = Verdict(credit=NOTHING, finding="wrong_answer")
BLANK = Verdict(credit=NOTHING, finding="blank")
TO_READ = Verdict(credit=None, finding="to_read")


def judge(questionnaire: Questionnaire, data: bytes) -> tuple[Answers, Mapping[str, Verdict]]:
    """What an answers.yml says, and what each question earns by it."""
    answers = read_answers(data, questionnaire.ids)
    return answers, {q.id: judge_question(q, answers) for q in questionnaire.questions}


def judge_question(question: Question, answers: Answers) -> Verdict:
    """What the answer to one question earns: blanks nothing, what cannot be read is for a person."""
    written = answers.under(question.id)
    try:
        if isinstance(question.key, Essay) and not is_blank(written.text):
            return TO_READ  # well-formed or not
        if isinstance(written.value, UnreadableAnswer):
            raise written.value
        if is_blank(written.value):
            return BLANK
        if question.options and isinstance(answers.code, UnreadableAnswer):
            raise answers.code  # letters mean nothing without the order of their form
        return _judged(question, written.value, str(answers.code))
    except UnreadableAnswer as unreadable:
        return Verdict(credit=None, finding=f"unreadable_{unreadable.why}")


def _judged(question: Question, raw: Raw, code: str) -> Verdict:
    match question.key:
        case Choice() as key:
            return _credited(net_credit(frozenset(_chosen(question, raw, code)), key.right))
        case Ordering() as key:
            places = [key.places[index] for index in _chosen(question, raw, code)]
            return _credited(pair_credit(places, len(key.places)))
        case Number() as key:
            numbers = read_number(raw, key.unit)
            return (
                RIGHT if any(abs(number - key.value) <= key.within for number in numbers) else WRONG
            )
        case Short() as key:
            return judge_short(raw if isinstance(raw, str) else ", ".join(raw), key)
    raise AssertionError(question.kind)


def _chosen(question: Question, raw: Raw, code: str) -> list[int]:
    """The options behind the letters."""
    shown = shown_options(code, question)
    return [shown[position] for position in read_letters(raw, len(shown), question.kind)]


def _credited(credit: Fraction) -> Verdict:
    if credit == ALL:
        return RIGHT
    return Verdict(credit=credit, finding="partly_right") if credit else WRONG


def net_credit(chosen: frozenset[int], right: frozenset[int]) -> Fraction:
    """Right options chosen minus wrong ones, as a share of the right ones, never below zero."""
    return max(Fraction(len(chosen & right) - len(chosen - right), len(right)), NOTHING)


def pair_credit(places: list[int], count: int) -> Fraction:
    """The share of neighbours in the right order that stand side by side in the answer, too."""
    return Fraction(sum(after == before + 1 for before, after in pairwise(places)), count - 1)


def judge_short(text: str, key: Short) -> Verdict:
    """An accepted form earns all, a forbidden claim cancels it.

    Whoever negates, hedges or says what is neither accepted nor forbidden is read by a person.
    """
    words = f" {fold(text)} "
    accepted = [form for form in key.accept if f" {form} " in words]
    forbidden = any(f" {form} " in words for form in key.forbid)
    for form in accepted:
        words = words.replace(f" {form} ", "  ")  # an accepted form may hold a `no` of its own
    if set(words.split()) & (NEGATIONS | SHORTENED | HEDGES):
        raise UnreadableAnswer("hedged")
    if forbidden:
        return WRONG
    if not accepted:
        raise UnreadableAnswer("unrecognised")
    return RIGHT
