"""The options of a question and how often each was chosen, by the weakest and the best third."""

from __future__ import annotations

import re
from collections.abc import Mapping

from autograder.class_analysis.items.item import OptionCount, Thirds
from autograder.class_analysis.items.statistics import ROUNDING, Shares
from autograder.model import Assignment, ScoreSheet, Text
from autograder.questionnaire.load import QUESTIONNAIRE_FILE, load_questionnaire
from autograder.questionnaire.questions import OPTION_LETTERS, Choice, Question

PARAMETER = re.compile(r"\[([^\]]+)\]\Z")  # of the id of a check: test_depth_problem[remedies]


def questions_in(assignment: Assignment) -> dict[str, Question]:
    """Return the questions of an assignment by id; none where it has no questionnaire."""
    file = assignment.root / QUESTIONNAIRE_FILE
    if not file.is_file():
        return {}
    return {question.id: question for question in load_questionnaire(file).questions}


def question_of(check: str, questions: Mapping[str, Question]) -> Question | None:
    """Return the question that a check judges; None where it judges none."""
    match = PARAMETER.search(check)
    return questions.get(match[1]) if match else None


def options_of(
    question: Question,
    sheets: Mapping[str, ScoreSheet],
    shares: Shares,
    groups: Thirds | None,
) -> tuple[OptionCount, ...]:
    """Return each option of a question of choice; nothing of another kind.

    The last one has no letter: left blank, or not to be read; only where somebody did so.
    """
    if not isinstance(question.key, Choice):
        return ()
    chosen = {
        student: chosen_options(question.key, question.id, sheets[student], share)
        for student, share in shares.items()
    }
    options = []
    for place, text in enumerate(question.options):
        choosing = {student for student, places in chosen.items() if place in places}
        options.append(
            OptionCount(
                letter=OPTION_LETTERS[place],
                text=text,
                is_right=place in question.key.right,
                count=len(choosing),
                lower=len(choosing & groups.lower) if groups else 0,
                upper=len(choosing & groups.upper) if groups else 0,
            )
        )
    none = {student for student, places in chosen.items() if not places}
    without = OptionCount(
        letter="",
        text=Text(es="", en=""),
        is_right=False,
        count=len(none),
        lower=len(none & groups.lower) if groups else 0,
        upper=len(none & groups.upper) if groups else 0,
    )
    return (*options, without) if none else tuple(options)


def chosen_options(key: Choice, question: str, sheet: ScoreSheet, share: float) -> frozenset[int]:
    """Return the options that a student chose, by their places in questionnaire.yml.

    A sheet names the options of wrong answers alone; a full answer has the right ones.
    """
    for mistake in sheet.likeness.mistakes:
        name, _, places = mistake.partition(":")
        if name == question:
            return frozenset(int(each) for each in places.split(",") if each.isdecimal())
    return key.right if share > 1 - ROUNDING else frozenset()
