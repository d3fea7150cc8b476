"""Networks that checks compare with right ones: asked for where a check failed, and only then."""

from __future__ import annotations

import torch
from torch import nn

from autograder.checks import Feedback, fail, record_reference
from autograder.checks.program import Program
from autograder.checks.submission import in_process
from autograder.programs.program_data import ProgramData
from autograder.text.grader_texts import GraderTexts
from tests.support.networks import NETWORKS

SUBMISSION, _ = in_process("student", NETWORKS / "no_skip.py")


def student() -> Program:
    """Return the program of the student's network."""
    return SUBMISSION.program("Network", example=(2, 8, 8, 8))


def right() -> ProgramData:
    """Return the program of a right network."""
    return record_reference(nn.ReLU(), torch.zeros(2, 8, 8, 8))


def feedback() -> Feedback:
    """Return the feedback of a check that runs."""
    made = Feedback(texts=GraderTexts(checks={}, findings={}), lang="es")
    made.begin("test_block")
    return made


def test_a_failed_check_has_both_programs() -> None:
    """The student's program and the right one are there after the check failed."""
    given = feedback()
    given.compare_networks("Block", student, right)
    given.compare()
    (compared,) = given.compared
    assert (compared.check, compared.title) == ("test_block", "Block")
    assert compared.student == student().data
    assert compared.rights == (right(),)


def test_a_check_that_did_not_fail_asks_for_nothing() -> None:
    """The next check does not compare what the one before it would have compared."""
    given = feedback()
    given.compare_networks("Block", student, right)
    given.begin("test_next")
    given.compare()
    assert given.compared == []


def test_a_network_that_cannot_be_made_is_not_drawn() -> None:
    """An exception of the student's code, or a mismatch, leaves the comparison out."""
    given = feedback()
    given.compare_networks("Block", lambda: SUBMISSION.program("Absent", example=(2, 3)), right)
    given.compare_networks("Block", lambda: fail("takes_no_downsample"), right)
    given.compare()
    assert given.compared == []


def test_a_check_that_runs_again_forgets_what_it_compared() -> None:
    """Of two runs of one check, the last one counts."""
    given = feedback()
    for _ in range(2):
        given.begin("test_block")
        given.compare_networks("Block", student, right)
        given.compare()
    assert len(given.compared) == 1
