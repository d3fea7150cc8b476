"""What the graders of a questionnaire call: one check per question, parsed and judged once per submission."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from autograder.live import LiveSubmission
from autograder.model import Lang
from autograder.questionnaire.answers import UNSHUFFLED, Answers
from autograder.questionnaire.form import code_for
from autograder.questionnaire.judging import TO_READ, Verdict, judge
from autograder.questionnaire.questions import Essay, Question, Questionnaire
from autograder.record import Record
from autograder.testing import ask_a_person, fail, partial

BLOCK = re.compile(r"\A[|>][-+0-9]*[ \t]*\n")
CUT = 2000  # characters of an answer that staff read beside the key ideas


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A form that came back, and what each of its answers earns."""

    answers: Answers
    verdicts: Mapping[str, Verdict]

    def share(self, questions: Sequence[Question]) -> Fraction | None:
        """The mean credit of those questions that are decided; None where none is."""
        credits = [self.verdicts[q.id].credit for q in questions]
        decided = [credit for credit in credits if credit is not None]
        return sum(decided, Fraction(0)) / len(decided) if decided else None


def check_question(
    questionnaire: Questionnaire,
    question: Question,
    submission: LiveSubmission,
    record: Record,
    lang: Lang,
    file: str = "answers.yml",
) -> None:
    """Pass, fail, earn in part or leave to a person what the student answered to one question.

    What is left to a person comes with a proposal: the share of its criterion's decided questions.
    """
    judged = submission.once(
        file, lambda: _judged(questionnaire, submission.file(file), submission.student, record)
    )
    verdict = judged.verdicts[question.id]
    review = question.review.in_(lang)
    if verdict.credit is None:
        _leave_to_a_person(questionnaire, question, judged, record, lang)
    elif verdict.credit == 0:
        fail(verdict.finding, review=review)
    elif verdict.credit < 1:
        partial(verdict.credit, verdict.finding, review=review)


def _judged(questionnaire: Questionnaire, data: bytes, student: str, record: Record) -> Judged:
    answers, verdicts = judge(questionnaire, data)
    own = code_for(questionnaire, student)
    if isinstance(answers.code, str) and answers.code not in (own, UNSHUFFLED):
        record.note("another_form", code=answers.code, own=own)
    return Judged(answers=answers, verdicts=verdicts)


def _leave_to_a_person(
    questionnaire: Questionnaire, question: Question, judged: Judged, record: Record, lang: Lang
) -> None:
    """Show staff what was written, with the key ideas of a free text; propose what the decided part earned."""
    verdict = judged.verdicts[question.id]
    asked, answer = question.ask.in_(lang), plain_text(judged.answers.under(question.id).text)[:CUT]
    if isinstance(question.key, Essay) and verdict == TO_READ:
        ideas = " ".join(idea.in_(lang) for idea in question.key.ideas)
        record.note("answer_and_ideas", question=asked, answer=answer, ideas=ideas)
    else:
        record.note("answer_to_decide", question=asked, answer=answer)
    share = judged.share(questionnaire.of(question.criterion))
    if share is None:
        ask_a_person(verdict.finding)
    record.propose(share, verdict.finding)


def plain_text(typed: str) -> str:
    """A text without the mark and the margin by which YAML knows that it takes several lines."""
    return textwrap.dedent(BLOCK.sub("", typed)).strip()
