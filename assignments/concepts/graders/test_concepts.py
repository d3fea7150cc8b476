"""One check per question of the questionnaire, under its criterion."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autograder.checks import (
    Feedback,
    Question,
    Run,
    Submission,
    check_question,
    load_questionnaire,
)

QUESTIONNAIRE = load_questionnaire(Path(__file__).parent.parent / "questionnaire.yml")


def questions_of(criterion: str) -> Any:
    """Return a decorator that makes a check for each question of a criterion."""
    questions = QUESTIONNAIRE.of(criterion)
    return pytest.mark.parametrize(
        "question", questions, ids=[question.id for question in questions]
    )


@pytest.mark.criterion("knowledge.depth_problem")
@questions_of("knowledge.depth_problem")
def test_depth_problem(
    question: Question, submission: Submission, feedback: Feedback, run: Run
) -> None:
    """The student knows why depth alone does not help: vanishing gradients and degradation."""
    check_question(QUESTIONNAIRE, question, submission, feedback, run.lang)


@pytest.mark.criterion("knowledge.residual_connections")
@questions_of("knowledge.residual_connections")
def test_residual_connections(
    question: Question, submission: Submission, feedback: Feedback, run: Run
) -> None:
    """The student understands skip connections and why they work."""
    check_question(QUESTIONNAIRE, question, submission, feedback, run.lang)


@pytest.mark.criterion("knowledge.transfer_learning")
@questions_of("knowledge.transfer_learning")
def test_transfer_learning(
    question: Question, submission: Submission, feedback: Feedback, run: Run
) -> None:
    """The student knows which features are reused, and when."""
    check_question(QUESTIONNAIRE, question, submission, feedback, run.lang)


@pytest.mark.criterion("knowledge.fine_tuning")
@questions_of("knowledge.fine_tuning")
def test_fine_tuning(
    question: Question, submission: Submission, feedback: Feedback, run: Run
) -> None:
    """The student knows the freezing strategies."""
    check_question(QUESTIONNAIRE, question, submission, feedback, run.lang)


@pytest.mark.criterion("knowledge.modern_architectures")
@questions_of("knowledge.modern_architectures")
def test_modern_architectures(
    question: Question, submission: Submission, feedback: Feedback, run: Run
) -> None:
    """The student tells ResNet, EfficientNet and others apart."""
    check_question(QUESTIONNAIRE, question, submission, feedback, run.lang)
