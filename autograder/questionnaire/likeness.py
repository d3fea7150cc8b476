"""What of a questionnaire is compared between students: its free texts, and its wrong answers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from autograder.model import Likeness
from autograder.questionnaire.answers import Answers
from autograder.questionnaire.form import shown_options
from autograder.questionnaire.judging import AnswerVerdict
from autograder.questionnaire.questions import Essay, Question, Questionnaire
from autograder.questionnaire.reading import UnreadableAnswer, fold, read_letters

MIN_TEXT_WORDS = 12  # of a free text: two students may well write what is shorter


def likeness_of(
    questionnaire: Questionnaire, answers: Answers, verdicts: Mapping[str, AnswerVerdict]
) -> Likeness:
    """Return what is compared of a form, in whichever order it was shown."""
    forms: list[str] = []
    mistakes: list[str] = []
    for question in questionnaire.questions:
        if isinstance(question.key, Essay):
            forms += _form_of(question, answers)
        elif verdicts[question.id].finding != "blank" and verdicts[question.id].credit != 1:
            mistakes += _mistake_in(question, answers)
    return Likeness(forms=tuple(forms), mistakes=tuple(mistakes))


def _form_of(question: Question, answers: Answers) -> Iterator[str]:
    """Yield a digest of a free text without case, accents, punctuation and layout."""
    words = fold(answers.under(question.id).text)
    if len(words.split()) >= MIN_TEXT_WORDS:
        yield hashlib.sha256(f"{question.id} {words}".encode()).hexdigest()


def _mistake_in(question: Question, answers: Answers) -> Iterator[str]:
    """Yield a wrong answer as a word: the options behind the letters, or what was written."""
    value = answers.under(question.id).value
    if isinstance(value, UnreadableAnswer):
        return
    if not question.options:
        words = fold(value if isinstance(value, str) else " ".join(value))
        yield f"{question.id}:{hashlib.sha256(words.encode()).hexdigest()[:12]}"
        return
    if isinstance(answers.code, UnreadableAnswer):
        return
    try:
        letters = read_letters(value, len(question.options), question.kind)
    except UnreadableAnswer:
        return
    shown = shown_options(answers.code, question)
    chosen = [shown[place] for place in letters]
    if question.kind != "ordering":
        chosen.sort()
    yield f"{question.id}:{','.join(map(str, chosen))}"
