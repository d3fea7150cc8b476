"""A questionnaire graded: one check per question, what waits for a person, and who reads what."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import REPOSITORY, autograder

SOLUTION = (REPOSITORY / "solutions" / "concepts" / "answers.yml").read_text(encoding="utf-8")
RESIDUAL, DEPTH = "knowledge.residual_connections", "knowledge.depth_problem"
Grade = Callable[[str], dict[str, Any]]


@pytest.fixture
def graded(tmp_path: Path) -> Grade:
    """Grades an answers.yml of a student called ana, in English."""

    def grade(text: str) -> dict[str, Any]:
        folder = tmp_path / "in" / "ana" / "concepts"
        folder.mkdir(parents=True)
        (folder / "answers.yml").write_text(text, encoding="utf-8")
        options = ("--assignment", "concepts", "--lang", "en", "--jobs", 1)
        ended = autograder("grade", tmp_path / "in", "--out", tmp_path / "out", *options)
        assert (ended.returncode, ended.stderr.count("Traceback")) == (0, 0), ended.stderr
        sheet: dict[str, Any] = json.loads(
            (tmp_path / "out" / "results" / "ana" / "concepts.json").read_text()
        )
        sheet["criteria"] = {c["id"]: c for c in sheet["criteria"]}
        page = (tmp_path / "out" / "reports" / "ana.html").read_text(encoding="utf-8")
        return {**sheet, "page": page}

    return grade


def changed(**answers: str) -> str:
    """Return the solution with other answers to some questions."""
    lines = SOLUTION.splitlines()
    for question, answer in answers.items():
        number = next(n for n, line in enumerate(lines) if line.startswith(f"{question}:"))
        lines[number] = f"{question}: {answer}"
    return "\n".join(lines)


def test_what_is_decided_is_proposed_to_the_person_who_reads_the_text(graded: Grade) -> None:
    """A criterion with a free text waits, with the share of its decided questions as a proposal."""
    sheet = graded(changed(what_is_learned="a"))
    criterion = sheet["criteria"][RESIDUAL]
    assert (criterion["state"], criterion["earned"]) == ("manual", None)
    assert criterion["proposed_exact"] == "32/5"  # four of five decided, of eight points
    assert sheet["criteria"][DEPTH]["earned"] == 5


def test_key_ideas_are_for_staff_alone(graded: Grade) -> None:
    """Staff read the text beside the key ideas; the student's page shows the own answer without
    them.
    """
    sheet = graded(SOLUTION)
    notes = " ".join(note["text"] for note in sheet["notes"])
    assert "Key ideas: The block's derivative has a term +1" in notes
    assert "Answer: La derivada de F(x) + x lleva un sumando 1" in notes
    assert "has a term +1" not in sheet["page"]
    assert "lleva un sumando 1" in sheet["page"]


def test_the_right_answer_stays_hidden(graded: Grade) -> None:
    """The page shows the chosen option of a question that was answered wrongly, and no other."""
    sheet = graded(changed(not_overfitting="b"))
    assert "b) Because 56 layers have fewer parameters than 20." in sheet["page"]
    assert "Because, if it overfitted" not in sheet["page"]


def test_an_answer_that_cannot_be_read_waits(graded: Grade) -> None:
    """It is neither a zero nor full marks, and staff see what was written."""
    sheet = graded(changed(remedies="todas menos la b"))
    criterion = sheet["criteria"][DEPTH]
    assert (criterion["state"], criterion["earned"], criterion["proposed_exact"]) == (
        "manual",
        None,
        "5",
    )
    assert "Answer to decide: todas menos la b" in " ".join(note["text"] for note in sheet["notes"])


def test_the_form_of_another_student_is_a_note(graded: Grade) -> None:
    """It costs nothing: the letters are read in the order of the form that was handed in."""
    text = (REPOSITORY / "assignments" / "concepts" / "right" / "other_form.yml").read_text(
        encoding="utf-8"
    )
    sheet = graded(text)
    assert sheet["criteria"][DEPTH]["earned"] == 5
    assert [note["text"][:42] for note in sheet["notes"] if "form" in note["text"]] == [
        "The form handed in (83faf0) is not that of"
    ]


def test_a_wrong_answer_is_told_the_question_and_what_to_read(graded: Grade) -> None:
    """The student sees the question, a hint to the theory, and no trace of the right answer."""
    sheet = graded(changed(deeper_is_worse="sobreajuste"))
    check = next(c for c in sheet["criteria"][DEPTH]["checks"] if c["outcome"] == "failed")
    assert check["id"] == "test_depth_problem[deeper_is_worse]"
    assert check["expects"].startswith(
        "An answer to “What do He and colleagues call this phenomenon"
    )
    assert check["hint"].startswith("To read again: The depth problem")
    assert "degrada" not in json.dumps(check)


def test_the_check_list_comes_back_to_the_student(graded: Grade) -> None:
    """It earns nothing; the student reads what to go over again, in our words."""
    sheet = graded(SOLUTION.replace("can_read_curves: sí", "can_read_curves: <b>ni idea</b>"))
    (told,) = sheet["findings"]
    assert told["outcome"] == "passed"
    assert "you feel sure of 3 of 6" in told["message"]
    assert "I can recognise overfitting in training curves." in told["message"]
    assert told["message"].split(":")[0] in sheet["page"]
    assert "ni idea" not in sheet["page"]
