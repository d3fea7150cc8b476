"""What students read after `grade`: each way in which a check ends, from a submission that ends so.

A submission of `submissions/class` says in its docstring (a notebook: in its first cell) what it
earns, and for some of its checks how they must end, in which line of the student's file, and with
which sentence.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.model import Outcome
from tests.support.command_line import CLASS, checks, graded_class, result

EXPECTED = re.compile(r"expect: (\S+) (\w+)(?: (\S+))?\nes: (.+)\nen: (.+)\n")
NEVER_A_STUDENTS_DOING = {Outcome.GRADER_ERROR, Outcome.MANUAL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """How one check of a submission must end."""

    check: str
    outcome: Outcome
    where: str  # file:line, file[cell]:line, or nothing
    sentences: dict[str, str]  # by language


def words_of(path: Path) -> str:
    """Return the text of a submission; of a notebook, that of its first cell."""
    text = path.read_text(encoding="utf-8")
    return "".join(json.loads(text)["cells"][0]["source"]) if path.suffix == ".ipynb" else text


def expectations(path: Path) -> list[Expectation]:
    """Return the expectations that a submission states for its checks."""
    return [
        Expectation(
            check=check, outcome=Outcome(outcome), where=where, sentences={"es": es, "en": en}
        )
        for check, outcome, where, es, en in EXPECTED.findall(words_of(path))
    ]


def place(check: dict[str, list[dict[str, object]]]) -> str:
    """Return the innermost line of the student's own code, as expectations spell it."""
    if not check["where"]:
        return ""
    frame = check["where"][-1]
    cell = f"[{frame['cell']}]" if frame["cell"] else ""
    return f"{frame['file']}{cell}:{frame['line']}"


SUBMISSIONS = {path.parent.parent.name: path for path in sorted(CLASS.glob("*/tensors/*"))}
RUNS = {"es": (), "en": ("--lang", "en", "--seed", "7")}


@pytest.mark.parametrize("student", SUBMISSIONS)
@pytest.mark.parametrize("lang", RUNS)
def test_a_check_ends_as_the_submission_says(student: str, lang: str) -> None:
    """Outcome, line of the student's file and sentence are those that the submission deserves."""
    _, out = graded_class(*RUNS[lang])
    found = checks(result(out, student))
    expected = expectations(SUBMISSIONS[student])
    assert expected
    for each in expected:
        got = found[each.check]
        assert (got["outcome"], got["message"]) == (each.outcome.value, each.sentences[lang])
        if each.where:
            assert place(got) == each.where


@pytest.mark.parametrize("student", SUBMISSIONS)
def test_a_submission_earns_what_it_says(student: str) -> None:
    """One mistake costs its own criterion and what rests on it; a timeout or a crash costs nothing
    else.
    """
    _, out = graded_class()
    points = re.findall(r"^earns: (\d+)$", words_of(SUBMISSIONS[student]), re.MULTILINE)
    assert [str(result(out, student)["earned"])] == points


def test_every_outcome_of_a_submission_is_among_them() -> None:
    """The class shows each outcome that a submission can bring about."""
    shown = {each.outcome for path in SUBMISSIONS.values() for each in expectations(path)}
    assert shown == set(Outcome) - NEVER_A_STUDENTS_DOING


@pytest.mark.parametrize("lang", RUNS)
def test_a_student_reads_the_sentence_in_the_report(lang: str) -> None:
    """The report shows the very sentence of the result file, without its raw message."""
    _, out = graded_class(*RUNS[lang])
    page = (out / "reports" / "adds.html").read_text(encoding="utf-8")
    assert checks(result(out, "adds"))["test_double"]["message"] in page
    assert "of the values differ" not in page


def test_staff_read_the_raw_message() -> None:
    """The staff's report adds what Python said."""
    _, out = graded_class()
    assert "of the values differ" in (out / "staff" / "adds.html").read_text(encoding="utf-8")


def test_an_import_failure_blocks_everything_else() -> None:
    """A file that cannot be imported is one finding, and every check is blocked, not failed."""
    _, out = graded_class()
    content = result(out, "mistypes")
    assert [finding["id"] for finding in content["findings"]] == ["import"]
    outcomes = {
        check["outcome"] for criterion in content["criteria"] for check in criterion["checks"]
    }
    assert outcomes == {"blocked"}


def test_the_sandbox_level_is_recorded() -> None:
    """Every result of code names the level and the layers that confined it, and the run names the
    weakest.
    """
    _, out = graded_class()
    for student in SUBMISSIONS:
        sandbox = result(out, student)["sandbox"]
        assert sandbox["level"] == "A"
        assert "seccomp allow-list" in sandbox["layers"]
    assert json.loads((out / "run.json").read_text())["sandbox"] == "A"


def test_hostile_text_is_harmless_on_the_terminal() -> None:
    """No escape sequence of a student reaches the terminal, and no markup of its own is obeyed."""
    ended, _ = graded_class()
    assert "\x1b" not in ended.stdout + ended.stderr
    assert "[2J" not in ended.stdout
    assert "Exception (tensors.py:9)" in ended.stdout


def test_what_a_person_decides_waits_for_one() -> None:
    """A manual criterion has no points yet, neither full nor zero."""
    ended, out = graded_class()
    content = result(out, "right", "essay")
    assert content["status"] == "needs_manual"
    assert [(c["state"], c["earned"]) for c in content["criteria"]] == [("manual", None)]
    assert "right essay: waits for a person" in ended.stdout


def test_an_assignment_without_graders_is_not_graded_yet() -> None:
    """Where nothing can grade it, a hand-in is never zero."""
    ended, out = graded_class()
    criteria = result(out, "right", "poster")["criteria"]
    assert [(c["state"], c["earned"]) for c in criteria] == [("not_graded", None)]
    assert "right poster: not graded yet" in ended.stdout
