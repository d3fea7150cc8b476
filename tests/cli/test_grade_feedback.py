"""What a check can do beside passing and failing, through the command line, on a hand-in that is
read, not run.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from autograder.model import CheckResult, Outcome, ScoreSheet
from autograder.results import from_json
from tests.support.command_line import autograder
from tests.support.places import CASES

COURSE = CASES / "form_course"


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ScoreSheet]:
    """Return the score sheets of the class, by student."""
    out = tmp_path_factory.mktemp("out")
    ended = autograder(
        "grade", COURSE / "submitted", "--out", out, "--course", COURSE, "--lang", "en"
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    return {
        p.parent.name: from_json(p.read_text("utf-8"))
        for p in Path(out / "results").glob("*/*.json")
    }


def check(sheet: ScoreSheet, check_id: str) -> CheckResult:
    """Return the check of a sheet that has this id."""
    return next(c for score in sheet.scores for c in score.checks if c.id == check_id)


def test_a_half_right_answer_earns_half_its_weight(sheets: dict[str, ScoreSheet]) -> None:
    """`partial` fails the check and credits it: one and a half of two checks are three of four
    points.
    """
    first = check(sheets["ada"], "test_first_answer")
    assert (first.outcome, first.credit) == (Outcome.FAILED, Fraction(1, 2))
    assert first.message == "The first answer is half right."
    assert sheets["ada"].scores[0].earned == 3


def test_a_criterion_with_an_essay_waits_with_a_proposal(sheets: dict[str, ScoreSheet]) -> None:
    """`ask_a_person` leaves the criterion open; what was decided without it is proposed."""
    essay = sheets["ada"].scores[1]
    assert (essay.state, essay.earned, essay.proposed) == ("manual", None, 4)
    assert check(sheets["ada"], "test_essay").message == "An essay of 3 words."


def test_a_check_proposes_to_the_person_who_decides(sheets: dict[str, ScoreSheet]) -> None:
    """`feedback.propose` gives a share and its reason, and decides nothing."""
    style = sheets["ada"].scores[2]
    assert (style.earned, style.proposed) == (None, Fraction(3, 2))
    assert check(sheets["ada"], "test_style").message == "Short, clear sentences."


def test_nothing_is_proposed_from_a_file_that_is_missing(sheets: dict[str, ScoreSheet]) -> None:
    """A file that was not handed in is missing by its name, and proposes nothing of the points."""
    style = check(sheets["bea"], "test_style")
    assert (style.outcome, style.message) == (
        Outcome.MISSING,
        "“extra.txt” is missing from your submission.",
    )
    assert sheets["bea"].scores[2].proposed == 0


def test_a_check_denies_what_was_handed_in(sheets: dict[str, ScoreSheet]) -> None:
    """`deny` ends the check as denied, in words of the grader's."""
    second = check(sheets["bea"], "test_second_answer")
    assert (second.outcome, second.message) == (Outcome.DENIED, "A forbidden word.")


def test_bonuses_and_notes_are_on_the_sheet(sheets: dict[str, ScoreSheet]) -> None:
    """`adjust` applies a bonus with its reason, `note` leaves a remark to staff."""
    assert [(a.id, a.reason) for a in sheets["ada"].adjustments] == [("bonus.neat", "Very neat.")]
    assert [(n.check, n.text) for n in sheets["ada"].notes] == [("test_first_answer", "Very neat.")]
    assert sheets["bea"].adjustments == sheets["bea"].notes == ()


def test_what_is_read_needs_no_sandbox(sheets: dict[str, ScoreSheet]) -> None:
    """No worker was started, so no confinement is claimed."""
    assert sheets["ada"].confinement is None


def test_a_slip_in_a_graders_words_is_no_students_fault(tmp_path: Path) -> None:
    """A finding that lacks a value of its words is ours: nothing is scored by it, and the exit code
    says so.
    """
    for student, text in (("cai", "a slip of ours"), ("dora", "neat and long enough")):
        folder = tmp_path / "in" / student / "form"
        folder.mkdir(parents=True)
        (folder / "form.txt").write_text(text, encoding="utf-8")
    ended = autograder(
        "grade", tmp_path / "in", "--out", tmp_path / "out", "--course", COURSE, "--jobs", "1"
    )
    assert ended.returncode == 3
    results = tmp_path / "out" / "results"
    cai, dora = (from_json((results / s / "form.json").read_text("utf-8")) for s in ("cai", "dora"))
    assert check(cai, "test_length").outcome is Outcome.GRADER_ERROR
    assert (
        check(dora, "test_first_answer").outcome
        is check(dora, "test_length").outcome
        is Outcome.PASSED
    )
