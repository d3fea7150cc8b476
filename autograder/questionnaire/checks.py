"""The checks of a questionnaire: one per question; a submission is read and judged once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.checks.asserting import ask_a_person, fail, partial
from autograder.checks.feedback import Feedback
from autograder.checks.submission import Submission
from autograder.model import Lang, Text
from autograder.questionnaire.answers import UNSHUFFLED_CODE, Answers, plain_text
from autograder.questionnaire.form import code_for, shown_options
from autograder.questionnaire.judging import TO_READ, AnswerVerdict, chosen_options, judge
from autograder.questionnaire.likeness import likeness_of
from autograder.questionnaire.questions import (
    OPTION_LETTERS,
    ChecklistItem,
    Essay,
    Question,
    Questionnaire,
)
from autograder.questionnaire.reading import UnreadableAnswer, fold, is_blank
from autograder.text.sentences import in_each

YES_WORDS = {"si", "yes", "s", "y", "x", "true", "ok", "vale"}
MAX_SHOWN_CHARS = 2000  # characters of an answer that staff read beside the key ideas


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A submitted form, and what each of its answers earns."""

    answers: Answers
    verdicts: Mapping[str, AnswerVerdict]


def check_question(
    questionnaire: Questionnaire,
    question: Question,
    submission: Submission,
    feedback: Feedback,
    lang: Lang,
    file: str = "answers.yml",
) -> None:
    """Pass, fail, give part of the credit, or leave the answer to one question to a person.

    Call it in one check per question; `file` is read and judged once per submission. Findings are
    keys of the graders' texts.yml.
    """
    judged = submission.once(
        file,
        lambda: _judged(questionnaire, submission.file(file), submission.student, feedback, lang),
    )
    verdict = judged.verdicts[question.id]
    review = question.review
    feedback.answered(
        question.ask, in_each(lambda each: answer_in_words(question, judged.answers, each))
    )
    if verdict.credit is None:
        _note_for_staff(question, verdict, judged.answers, feedback)
        ask_a_person(verdict.finding, review=review)
    elif verdict.credit == 0:
        fail(verdict.finding, review=review)
    elif verdict.credit < 1:
        partial(verdict.credit, verdict.finding, review=review)


def _judged(
    questionnaire: Questionnaire, data: bytes, student: str, feedback: Feedback, lang: Lang
) -> Judged:
    """Return what each answer of a file earns, and put the rest on the score sheet."""
    answers, verdicts = judge(questionnaire, data)
    own = code_for(questionnaire, student)
    if isinstance(answers.code, str) and answers.code not in (own, UNSHUFFLED_CODE):
        feedback.note("another_form", code=answers.code, own=own)
    feedback.comparable(likeness_of(questionnaire, answers, verdicts))
    echo_checklist(questionnaire.checklist, answers, feedback, lang)
    return Judged(answers=answers, verdicts=verdicts)


def echo_checklist(
    checklist: Sequence[ChecklistItem], answers: Answers, feedback: Feedback, lang: Lang
) -> None:
    """Repeat to students how they judge themselves; nothing where the check-list is blank."""
    marked = {item: answers.under(item.id).value for item in checklist}
    filled = {
        item: fold(str(value)) for item, value in marked.items() if isinstance(value, str) and value
    }
    again = [item.text for item, words in filled.items() if words not in YES_WORDS]
    if again:
        sure = len(filled) - len(again)
        feedback.tell("checklist_again", sure=sure, total=len(marked), items=joined(again))
    elif filled:
        feedback.tell("checklist_sure", sure=len(filled), total=len(marked))


def _note_for_staff(
    question: Question, verdict: AnswerVerdict, answers: Answers, feedback: Feedback
) -> None:
    """Show staff what was written, and beside a free text its key ideas."""
    asked, answer = question.ask, plain_text(answers.under(question.id).text)[:MAX_SHOWN_CHARS]
    if isinstance(question.key, Essay) and verdict == TO_READ:
        ideas = joined(question.key.ideas)
        feedback.note("answer_and_ideas", question=asked, answer=answer, ideas=ideas)
    else:
        feedback.note("answer_to_decide", question=asked, answer=answer)


def joined(texts: Sequence[Text]) -> Text:
    """Return one sentence after the other, in each language."""
    return in_each(lambda lang: " ".join(text.in_(lang) for text in texts))


def answer_in_words(question: Question, answers: Answers, lang: Lang) -> str:
    """Return what a student answered: chosen options by their text, else as it was typed."""
    written = answers.under(question.id)
    typed = plain_text(written.text)[:MAX_SHOWN_CHARS]
    if is_blank(written.text):
        return ""
    code, value = answers.code, written.value
    if not question.options or not isinstance(code, str) or isinstance(value, UnreadableAnswer):
        return typed
    try:
        chosen = chosen_options(question, value, code)
    except UnreadableAnswer:
        return typed
    shown = shown_options(code, question)
    letters = {index: OPTION_LETTERS[place] for place, index in enumerate(shown)}
    options = [f"{letters[index]}) {question.options[index].in_(lang)}" for index in chosen]
    return "\n".join(options)
