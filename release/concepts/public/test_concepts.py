"""Checks that you can run yourself: each question is answered in a way that can be read.

No answer is judged.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from autograder.checks import (
    Answers,
    ChecklistItem,
    Feedback,
    Run,
    Submission,
    Text,
    UnreadableAnswer,
    echo_checklist,
    fail,
    is_blank,
    read_answers,
    read_letters,
    read_number,
)

ANSWERS_FILE = "answers.yml"
QUESTION_FORMS = yaml.safe_load(
    (Path(__file__).parent / "questions.yml").read_text(encoding="utf-8")
)
CHECKLIST_ITEMS = [
    ChecklistItem(id=question_id, text=Text(**text))
    for question_id, text in QUESTION_FORMS.pop("checklist").items()
]
KNOWN_KEYS = [
    *(question_id for questions in QUESTION_FORMS.values() for question_id in questions),
    *(item.id for item in CHECKLIST_ITEMS),
]


def read(submission: Submission) -> Answers:
    """Return what your file contains."""
    return submission.once(
        "answers", lambda: read_answers(submission.file(ANSWERS_FILE), KNOWN_KEYS)
    )


def is_readable(
    answers: Answers, question_id: str, kind: str, options: int = 0, unit: str = ""
) -> bool:
    """Return whether an answer can be judged without asking you what it means."""
    value = answers.under(question_id).value
    try:
        if isinstance(value, UnreadableAnswer):
            return False
        if kind == "ordering":
            return len(read_letters(value, options, kind)) == options
        if options:
            read_letters(value, options, kind)
        if kind == "numeric":
            read_number(value, unit)
    except UnreadableAnswer:
        return False
    return True


def look(submission: Submission, criterion: str) -> None:
    """Fail for the questions of a criterion that are blank, or that cannot be read."""
    answers = read(submission)
    questions = QUESTION_FORMS[criterion]
    values = {question_id: answers.under(question_id).value for question_id in questions}
    blank = [
        question_id
        for question_id, value in values.items()
        if not isinstance(value, UnreadableAnswer) and is_blank(value)
    ]
    odd = [
        question_id
        for question_id in questions
        if question_id not in blank
        and not is_readable(answers, question_id, **questions[question_id])
    ]
    if odd:
        fail("unreadable", ids=", ".join(odd))
    if blank:
        fail("blank", ids=", ".join(blank))


@pytest.mark.criterion("knowledge.depth_problem")
def test_form_code(submission: Submission, feedback: Feedback, run: Run) -> None:
    """The form's code is there as it was printed; your check-list comes back to you."""
    echo_checklist(CHECKLIST_ITEMS, read(submission), feedback, run.lang)
    if isinstance(read(submission).code, UnreadableAnswer):
        fail("no_code")


@pytest.mark.criterion("knowledge.depth_problem")
def test_depth_problem(submission: Submission) -> None:
    """The questions about the depth problem are answered."""
    look(submission, "knowledge.depth_problem")


@pytest.mark.criterion("knowledge.residual_connections")
def test_residual_connections(submission: Submission) -> None:
    """The questions about residual connections are answered."""
    look(submission, "knowledge.residual_connections")


@pytest.mark.criterion("knowledge.transfer_learning")
def test_transfer_learning(submission: Submission) -> None:
    """The questions about transfer learning are answered."""
    look(submission, "knowledge.transfer_learning")


@pytest.mark.criterion("knowledge.fine_tuning")
def test_fine_tuning(submission: Submission) -> None:
    """The questions about fine-tuning are answered."""
    look(submission, "knowledge.fine_tuning")


@pytest.mark.criterion("knowledge.modern_architectures")
def test_modern_architectures(submission: Submission) -> None:
    """The questions about modern architectures are answered."""
    look(submission, "knowledge.modern_architectures")
