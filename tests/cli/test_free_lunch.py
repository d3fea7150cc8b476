"""What `verify` says of checks on trust, and of what a submission earns that computes nothing; and
what a gate makes of such a submission when it is graded.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.support.command_line import Ended, autograder, grade, result
from tests.support.places import CASES

COURSE = CASES / "trusting_course"
RECITED = COURSE / "assignments/scaling/wrong/layer_recited.py"


@pytest.fixture(scope="module")
def verified(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ended, Path]:
    """Verify a course of two criteria, one of which trusts; return that with the matrix' folder."""
    out = tmp_path_factory.mktemp("verified") / "matrix"
    return autograder("verify", "--course", COURSE, "--matrix", out, "-v"), out


def test_a_criterion_that_pays_for_reports_is_unsound(verified: tuple[Ended, Path]) -> None:
    """More than a quarter of a criterion for a puppet: the exit code is 1, and the puppet named."""
    ended, _ = verified
    line = "code.trusting: free lunch 2 of 4 (50%), must be at most 25%: generated/puppet_zeros.py"
    assert ended.returncode == 1
    assert line in ended.stdout.splitlines()


def test_a_gate_keeps_the_free_lunch_small(verified: tuple[Ended, Path]) -> None:
    """Where reports count behind a numeric proof, a puppet earns nothing by them."""
    assert "code.gated: free lunch 0 of 4 (0%)" in verified[0].stdout.splitlines()


def test_a_puppet_is_no_case_that_loses_what_it_declares(verified: tuple[Ended, Path]) -> None:
    """Puppets, written and generated, are sound cases whatever they lose, and prove no check."""
    ended, out = verified
    assert "scaling: 16 of 16 cases as they must be" in ended.stdout
    names = {answer["name"] for answer in json.loads((out / "scaling.json").read_text())["answers"]}
    assert not names & {"wrong/layer_recited.py", "generated/puppet_zeros.py"}


def test_checks_on_trust_are_counted_and_named(verified: tuple[Ended, Path]) -> None:
    """Their number is shown; their names are in the log of `-v` and in the matrix."""
    ended, out = verified
    assert "scaling: 3 of 4 checks rest on a report of the worker" in ended.stdout
    assert "scaling: test_network_scales rests on a report of the worker" in ended.stderr
    checks = json.loads((out / "scaling.json").read_text())["checks"]
    assert [check["id"] for check in checks if not check["on_trust"]] == ["test_layer_scales"]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Grade a layer that has the right weight and does not use it."""
    folder = tmp_path_factory.mktemp("graded")
    own = folder / "class/ana/scaling"
    own.mkdir(parents=True)
    shutil.copy(RECITED, own / "scaling.py")
    ended = grade(folder / "class", folder / "out", "--lang", "en", course=COURSE)
    assert ended.returncode == 0
    return folder / "out"


def test_a_report_earns_nothing_behind_a_closed_gate(graded: Path) -> None:
    """The check that passed on trust is blocked by the gate, keeps its weight and earns nothing."""
    gated, trusting = result(graded, "ana", "scaling")["criteria"]
    outcomes = [(check["outcome"], check["on_trust"]) for check in gated["checks"]]
    assert outcomes == [("blocked", True), ("failed", False)]
    assert (gated["earned"], trusting["earned"]) == (0, 2)


def test_a_student_reads_which_check_has_to_pass_first(graded: Path) -> None:
    """The page names the gate; that a check is on trust is for staff."""
    sentence = (
        "It does not count by itself: “The layer multiplies by its weight” has to pass first."
    )
    page, staff = (graded / folder / "ana.html" for folder in ("reports", "staff"))
    assert sentence in page.read_text(encoding="utf-8")
    assert "on trust" not in page.read_text(encoding="utf-8")
    assert "on trust" in staff.read_text(encoding="utf-8")
