"""What the graders of a questionnaire check: each question passes, fails, or waits for a person."""

from __future__ import annotations

import pytest

from autograder.checks import Feedback, Submission, check_question, load_questionnaire
from autograder.text.grader_texts import load_grader_texts
from tests.support.places import REPOSITORY

FOLDER = REPOSITORY / "assignments" / "concepts"
QUESTIONNAIRE = load_questionnaire(FOLDER / "questionnaire.yml")
QUESTIONS = {question.id: question for question in QUESTIONNAIRE.questions}
SOLUTION = (REPOSITORY / "solutions" / "concepts" / "answers.yml").read_text(encoding="utf-8")
FREE_TEXTS = {"why_skips_help", "when_it_pays"}


def never_asked(request: object) -> object:
    """Stand for the student's side, which a questionnaire does not have."""
    raise AssertionError(request)


def checked(text: str) -> tuple[dict[str, str], Feedback]:
    """Return the end of each question's check, and what was put on the sheet beside it."""
    feedback = Feedback(texts=load_grader_texts(FOLDER / "graders"), lang="en")
    submission = Submission(never_asked, {"answers.yml": text.encode()}, "ana")
    ends = {}
    for name, question in QUESTIONS.items():
        try:
            check_question(QUESTIONNAIRE, question, submission, feedback, "en")
        except BaseException as error:  # a check's end is none of Python's errors
            ends[name] = str(error)
        else:
            ends[name] = ""
    return ends, feedback


def with_answers(**answers: str) -> str:
    """Return the solution with other answers to some questions."""
    lines = SOLUTION.splitlines()
    for name, answer in answers.items():
        number = next(n for n, line in enumerate(lines) if line.startswith(f"{name}:"))
        lines[number] = f"{name}: {answer}"
    return "\n".join(lines)


def test_right_answers_pass_and_free_texts_wait() -> None:
    """Of the solution every decided question passes; staff read the texts beside the key ideas."""
    ends, feedback = checked(SOLUTION)
    assert {name for name, end in ends.items() if end} == FREE_TEXTS
    assert all("Key ideas:" in note.text for note in feedback.notes)
    assert len(feedback.notes) == len(FREE_TEXTS)


def test_wrong_and_half_right_answers_do_not_pass() -> None:
    """A wrong letter fails its question, a letter too few earns a part, and the others pass."""
    ends, _ = checked(with_answers(what_is_learned="a", remedies="a, c"))
    assert {name for name, end in ends.items() if end} == {
        "what_is_learned",
        "remedies",
        *FREE_TEXTS,
    }
    assert ends["what_is_learned"] != ends["remedies"]


def test_an_answer_that_cannot_be_read_is_shown_to_staff() -> None:
    """What no rule decides waits, with the words that were written."""
    _, feedback = checked(with_answers(remedies="todas menos la b"))
    assert "todas menos la b" in " ".join(note.text for note in feedback.notes)


def test_the_form_of_another_student_is_noted_once() -> None:
    """A code of another form is a note for staff, however many questions are checked."""
    _, feedback = checked(SOLUTION.replace('form: "0"', 'form: "83faf0"'))
    assert len([note for note in feedback.notes if "83faf0" in note.text]) == 1


CHECKLIST = [item.id for item in QUESTIONNAIRE.checklist]


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({}, f"you feel sure of {len(CHECKLIST)} of {len(CHECKLIST)}"),
        ({CHECKLIST[0]: "no"}, f"you feel sure of {len(CHECKLIST) - 1} of {len(CHECKLIST)}"),
    ],
    ids=["sure", "again"],
)
def test_the_check_list_comes_back_once(answers: dict[str, str], words: str) -> None:
    """Students read how much of the check-list they marked as known."""
    known = dict.fromkeys(CHECKLIST, "sí") | answers
    _, feedback = checked(with_answers(**known))
    (finding,) = feedback.messages
    assert words in finding.message


def test_a_blank_check_list_says_nothing() -> None:
    """Where no line of the check-list is filled in, nothing comes back."""
    _, feedback = checked(with_answers(**dict.fromkeys(CHECKLIST, "")))
    assert feedback.messages == []


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("c", "c) Because, if it overfitted, its training error would be lower, not higher."),
        ("todas", "todas"),
        ("", ""),
        ("no sé", ""),
        ("[a, b", "[a, b"),
    ],
)
def test_an_answer_is_shown_in_words(typed: str, shown: str) -> None:
    """A letter is shown with its option's text, anything else as it was typed, a blank as blank."""
    _, feedback = checked(with_answers(not_overfitting=typed))
    (given,) = [a for a in feedback.answers if "56" in a.question]
    assert given.answer == shown


def test_letters_without_the_order_of_their_form_stay_letters() -> None:
    """Where the code of the form is not readable nobody knows which option a letter means."""
    _, feedback = checked(SOLUTION.replace('form: "0"', 'form: "?!"'))
    assert {a.answer for a in feedback.answers if "56" in a.question} == {"c"}


def test_questions_and_answers_come_in_both_languages() -> None:
    """What stands on the sheet in one language has the other beside it."""
    _, feedback = checked(SOLUTION)
    (given,) = [a for a in feedback.answers if "56" in a.question]
    assert given.translated().question.startswith("He y sus colegas")
    assert given.translated().answer.startswith("c) Porque")
    assert given.translated().translated() == given
