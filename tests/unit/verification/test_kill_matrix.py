"""The kill matrix: what it says of checks and wrong answers."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from autograder.config.course import load_course
from autograder.model import Adjustment, CheckResult, Outcome, Score, ScoreSheet
from autograder.verification.cases import Case
from autograder.verification.html_report import matrix_page
from autograder.verification.kill_matrix import KillMatrix, matrix_of
from tests.support.examples_of_final_grades import BASIS
from tests.support.places import CASES

COURSE = load_course(CASES / "proof_course")
LETTER = COURSE.assignment("letter")
CHECKS = {
    "test_greeting": "letter.greeting",
    "test_copy": "letter.copy",
    "test_style": "letter.style",
}
PASSED, FAILED, MANUAL = Outcome.PASSED, Outcome.FAILED, Outcome.MANUAL


def score(result: CheckResult) -> Score:
    """Return the score of a criterion with one check."""
    share = Fraction(result.outcome is PASSED)
    waits = result.outcome is MANUAL
    points = {"earned": None, "proposed": result.credit} if waits else {"earned": share}
    return Score(
        criterion=result.criterion, possible=Fraction(1), state="auto", checks=(result,), **points
    )


def answer(
    name: str, *outcomes: Outcome, credit: str = "1", brings: str = ""
) -> tuple[Case, ScoreSheet]:
    """Return a graded answer: with outcomes of checks, the last one's proposal, an adjustment."""
    results = [
        CheckResult(id=check, criterion=criterion, outcome=outcome, credit=Fraction(credit))
        for (check, criterion), outcome in zip(CHECKS.items(), outcomes, strict=True)
    ]
    sheet = ScoreSheet(
        student=name,
        assignment="letter",
        status="graded",
        scores=tuple(map(score, results)),
        findings=(),
        adjustments=(Adjustment(id=brings),) if brings else (),
        seed=1,
        lang="en",
        submission_digest="",
        basis=BASIS,
        confinement=None,
    )
    kind = name.split("/")[0]
    path = Path(f"{name}.yml")
    case = Case(name=name, kind=kind, path=path, declared_in=path, description=f"{name} <b>")  # type: ignore[arg-type]
    return case, sheet


def matrix(*answers: tuple[Case, ScoreSheet]) -> KillMatrix:
    """Return the matrix of these answers and the solution."""
    return matrix_of(LETTER, [answer("solution", PASSED, PASSED, MANUAL), *answers])


RUDE = answer("wrong/rude", FAILED, PASSED, MANUAL)
DIRTY = answer("wrong/dirty", PASSED, FAILED, MANUAL)
UGLY = answer("wrong/ugly", PASSED, PASSED, MANUAL, credit="1/2")
LOST = answer("wrong/lost", Outcome.MISSING, Outcome.CRASHED, Outcome.MISSING)


def test_a_check_kills_what_it_fails_or_proposes_less_for() -> None:
    """Failures of every kind kill, and so does a lower proposal for a criterion that a person
    decides.
    """
    kills = matrix(RUDE, DIRTY, UGLY, LOST).kills
    assert kills["test_greeting"] == {"wrong/rude", "wrong/lost"}
    assert kills["test_style"] == {"wrong/ugly", "wrong/lost"}


def test_blocked_and_waiting_checks_kill_nothing() -> None:
    """A check that did not run, or left an automatic criterion to a person, kills nothing."""
    found = matrix(answer("wrong/odd", Outcome.BLOCKED, MANUAL, MANUAL, credit="0"))
    assert found.kills["test_greeting"] == found.kills["test_copy"] == frozenset()


def test_an_answer_that_stands_as_the_solution_survives() -> None:
    """It is named; one that is penalised, left to a person or not run at all does not survive."""
    spared = answer("wrong/spared", PASSED, PASSED, MANUAL)
    fined = answer("wrong/fined", PASSED, PASSED, MANUAL, brings="penalty.in_a_hurry")
    illegible = answer("wrong/illegible", MANUAL, PASSED, MANUAL)
    broken = answer("wrong/broken", *3 * [Outcome.BLOCKED])
    assert matrix(RUDE, spared, fined, illegible, broken).survivors == ("wrong/spared",)


def test_a_check_that_no_specific_answer_fails_is_unproven() -> None:
    """So is one that fails only on answers that fail every check."""
    assert matrix(RUDE, DIRTY).unproven_checks == ("test_style",)
    assert matrix(RUDE, DIRTY, LOST).unproven_checks == ("test_style",)
    assert matrix(RUDE, DIRTY, UGLY).unproven_checks == ()


def test_generated_answers_prove_no_check() -> None:
    """An answer made from the solution is wrong everywhere: only written ones count as kills."""
    raises = answer("generated/raises", Outcome.RAISED, PASSED, MANUAL)
    assert matrix(raises, DIRTY, UGLY).unproven_checks == ("test_greeting",)


def test_checks_that_always_fail_together_are_named() -> None:
    """Checks with the same kills are a group; a check of its own is none."""
    both = answer("wrong/both", FAILED, FAILED, MANUAL)
    assert matrix(both, UGLY).always_fail_together == (("test_greeting", "test_copy"),)


def test_what_only_one_check_kills_is_counted() -> None:
    """An answer that a single check kills makes that check worth having."""
    kills = matrix(RUDE, DIRTY, LOST).kills_alone
    assert (kills["test_greeting"], kills["test_style"]) == ({"wrong/rude"}, frozenset())


@pytest.mark.parametrize(
    "words",
    [
        "test_greeting — wrong/rude: failed",
        "wrong/rude &lt;b&gt;",
        "Proven by no wrong answer",
        "as the solution does: wrong/spared",
    ],
)
def test_the_page_shows_what_ended_how(words: str) -> None:
    """The page names check, answer and outcome, what is unsound, and escapes what an answer says of
    itself.
    """
    page = matrix_page(COURSE, matrix(RUDE, answer("wrong/spared", PASSED, PASSED, MANUAL)))
    assert words in page
