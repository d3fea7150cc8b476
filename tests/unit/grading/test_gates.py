"""What a gate withholds: checks that passed on trust in its own criterion, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from autograder.grading.gates import withhold
from autograder.model import CheckResult, Outcome, Words

GATES = {"test_forward"}
SPANISH = Words(message="Correcto.", expects="El bloque suma.")


def result(
    name: str, outcome: Outcome = Outcome.PASSED, *, criterion: str = "block"
) -> CheckResult:
    """Return the result of a check that rests on numbers."""
    return CheckResult(
        id=name, criterion=criterion, outcome=outcome, expects="The block adds.", also=SPANISH
    )


REPORTED = replace(result("test_shapes"), on_trust=True)
BLOCKING = set(Outcome) - {Outcome.PASSED, Outcome.MANUAL, Outcome.GRADER_ERROR}


@pytest.mark.parametrize("outcome", sorted(BLOCKING, key=lambda outcome: outcome.value))
def test_a_gate_that_did_not_pass_withholds_reports(outcome: Outcome) -> None:
    """However the gate ended, what passed on trust is blocked by it."""
    _, withheld = withhold([result("test_forward", outcome), REPORTED], GATES, "en")
    assert (withheld.outcome, withheld.is_withheld) == (Outcome.BLOCKED, True)


def test_the_order_of_checks_plays_no_part() -> None:
    """A report that was taken before its gate ran is withheld, too."""
    withheld, _ = withhold([REPORTED, result("test_forward", Outcome.FAILED)], GATES, "en")
    assert withheld.is_withheld


@pytest.mark.parametrize("outcome", [Outcome.PASSED, Outcome.MANUAL, Outcome.GRADER_ERROR])
def test_an_open_gate_changes_nothing(outcome: Outcome) -> None:
    """A gate that passed, waits for a person, or failed by our fault withholds nothing."""
    results = [result("test_forward", outcome), REPORTED]
    assert withhold(results, GATES, "en") == results


def test_numbers_and_other_criteria_keep_their_results() -> None:
    """A closed gate touches neither checks that rest on numbers nor another criterion."""
    results = [
        result("test_forward", Outcome.FAILED),
        result("test_gradient"),
        replace(REPORTED, criterion="other"),
        replace(REPORTED, outcome=Outcome.MANUAL, credit=Fraction(1)),
    ]
    assert withhold(results, GATES, "en") == results


def test_a_part_that_was_earned_on_trust_is_withheld() -> None:
    """A check that failed, and earns a share of its weight on trust, earns nothing."""
    partial = replace(REPORTED, outcome=Outcome.FAILED, credit=Fraction(1, 2))
    _, withheld = withhold([result("test_forward", Outcome.FAILED), partial], GATES, "en")
    assert (withheld.outcome, withheld.credit) == (Outcome.BLOCKED, None)


def test_a_failed_check_keeps_its_message() -> None:
    """A check on trust that earns nothing says what it found."""
    failed = replace(REPORTED, outcome=Outcome.FAILED)
    results = [result("test_forward", Outcome.FAILED), failed]
    assert withhold(results, GATES, "en") == results


def test_a_student_reads_which_check_has_to_pass() -> None:
    """The sentence names what the gate expects, in both languages."""
    _, withheld = withhold([result("test_forward", Outcome.FAILED), REPORTED], GATES, "en")
    assert withheld.message == "It does not count by itself: “The block adds” has to pass first."
    assert withheld.also is not None
    assert withheld.also.message == (
        "No cuenta por sí sola: antes debe superarse «El bloque suma»."
    )
    assert withheld.translated().translated() == withheld
