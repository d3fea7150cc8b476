"""What an answer earns: a verdict from the answer, the form's order and the question's key."""

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
    is_blank,
    read_letters,
    read_number,
)
from autograder.questionnaire.short_answers import reads_as_right

NOTHING, ALL = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerVerdict:
    """What one answer earns, and the finding that says so."""

    credit: Fraction | None  # from 0 to 1; None: a person decides
    finding: str  # a key of the grader's texts.yml


RIGHT_VERDICT = AnswerVerdict(credit=ALL, finding="right")
WRONG_VERDICT = AnswerVerdict(credit=NOTHING, finding="wrong_answer")
BLANK_VERDICT = AnswerVerdict(credit=NOTHING, finding="blank")
TO_READ = AnswerVerdict(credit=None, finding="to_read")


def judge(questionnaire: Questionnaire, data: bytes) -> tuple[Answers, Mapping[str, AnswerVerdict]]:
    """Return what an answers.yml says, and what each question earns."""
    answers = read_answers(data, questionnaire.ids)
    return answers, {q.id: judge_question(q, answers) for q in questionnaire.questions}


def judge_question(question: Question, answers: Answers) -> AnswerVerdict:
    """Return what the answer to one question earns.

    A blank one earns nothing; one that cannot be read waits for a person.
    """
    written = answers.under(question.id)
    try:
        if isinstance(question.key, Essay) and not is_blank(written.text):
            return TO_READ  # well-formed or not
        if isinstance(written.value, UnreadableAnswer):
            raise written.value
        if is_blank(written.value):
            return BLANK_VERDICT
        if question.options and isinstance(answers.code, UnreadableAnswer):
            raise answers.code  # letters mean nothing without the order of their form
        return _judged(question, written.value, str(answers.code))
    except UnreadableAnswer as unreadable:
        return AnswerVerdict(credit=None, finding=f"unreadable_{unreadable.why}")


def _judged(question: Question, raw: Raw, code: str) -> AnswerVerdict:
    match question.key:
        case Choice() as key:
            chosen = frozenset(chosen_options(question, raw, code))
            return _credited(net_credit(chosen, key.right, len(key.options)))
        case Ordering() as key:
            places = [key.places[index] for index in chosen_options(question, raw, code)]
            return _credited(pair_credit(places, len(key.places)))
        case Number() as key:
            numbers = read_number(raw, key.unit)
            return (
                RIGHT_VERDICT
                if any(abs(number - key.value) <= key.within for number in numbers)
                else WRONG_VERDICT
            )
        case Short() as key:
            text = raw if isinstance(raw, str) else ", ".join(raw)
            is_right = reads_as_right(text, key, f"{question.ask.es} {question.ask.en}")
            return RIGHT_VERDICT if is_right else WRONG_VERDICT
    raise AssertionError(question.kind)


def chosen_options(question: Question, raw: Raw, code: str) -> list[int]:
    """Return the options behind the letters."""
    shown = shown_options(code, question)
    return [shown[position] for position in read_letters(raw, len(shown), question.kind)]


def _credited(credit: Fraction) -> AnswerVerdict:
    if credit == ALL:
        return RIGHT_VERDICT
    return AnswerVerdict(credit=credit, finding="partly_right") if credit else WRONG_VERDICT


def net_credit(chosen: frozenset[int], right: frozenset[int], count: int) -> Fraction:
    """Return the right options chosen minus wrong ones, as a share of the right ones, or 0.

    Who chooses all of the `count` options has chosen nothing.
    """
    if len(chosen) == count:
        return NOTHING
    return max(Fraction(len(chosen & right) - len(chosen - right), len(right)), NOTHING)


def pair_credit(places: list[int], count: int) -> Fraction:
    """Return the share of neighbours in the right order that are neighbours in the answer."""
    return Fraction(sum(after == before + 1 for before, after in pairwise(places)), count - 1)
