"""What a checked-out repository hands in, and what its runner says."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import pytest

from autograder.ci.checkout import copy_hand_ins
from autograder.ci.checkout_grade import CheckoutGrade, RunState
from autograder.ci.public_course import with_public_checks
from autograder.ci.runner import runner_of
from autograder.config.course import load_course
from autograder.errors import CourseError
from autograder.integrations.exports.hand_in import GradedCriterion, GradedHandIn, Verdict
from autograder.model import CheckResult, Outcome
from tests.support.command_line import TINY
from tests.support.places import CASES

COURSE = load_course(TINY)


def copied(repository: Path, *ids: str) -> dict[str, list[str]]:
    """Return the names of the files that are handed in, by assignment."""
    target = repository.parent / "target"
    assignments = [COURSE.assignment(each) for each in ids or ("tensors", "essay", "poster")]
    found = copy_hand_ins(repository, assignments, target)
    assert {each.parent for each in found.values()} <= {Path()}
    return {each: sorted(path.name for path in (target / each).iterdir()) for each in found}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return an empty checkout."""
    (tmp_path / "work" / ".git").mkdir(parents=True)
    return tmp_path / "work"


def write(repository: Path, *names: str) -> None:
    """Write files into a checkout."""
    for name in names:
        (repository / name).parent.mkdir(parents=True, exist_ok=True)
        (repository / name).write_text("x = 1\n", encoding="utf-8")


def test_files_lie_in_a_folder_with_the_id_of_the_assignment(repository: Path) -> None:
    """Each assignment has its own folder, whose files are all there for its rules of names."""
    write(repository, "tensors/tensors.py", "tensors/notes.txt", "essay/essay.md", "README.md")
    assert copied(repository) == {"tensors": ["notes.txt", "tensors.py"], "essay": ["essay.md"]}


def test_files_lie_at_the_top(repository: Path) -> None:
    """Of several assignments the one whose declared file is there was handed in."""
    write(repository, "Tensors.py", ".env", "tests/test_own.py")
    assert copied(repository) == {"tensors": ["Tensors.py"]}


def test_the_only_assignment_is_found_by_the_kind_of_its_file(repository: Path) -> None:
    """A repository for one assignment may call its file as it likes, as for `grade`."""
    write(repository, "homework.py")
    assert copied(repository, "tensors") == {"tensors": ["homework.py"]}
    assert copied(repository, "tensors", "essay") == {}


def test_links_are_no_hand_ins(repository: Path, tmp_path: Path) -> None:
    """A checkout cannot make the runner read a file beside it."""
    write(tmp_path, "secret.py", "folder/essay.md")
    (repository / "tensors.py").symlink_to(tmp_path / "secret.py")
    (repository / "essay").symlink_to(tmp_path / "folder")
    assert copied(repository) == {}


def test_a_file_that_is_too_large_is_not_copied_but_for_its_size(repository: Path) -> None:
    """`grade` refuses it with its own sentence, and the runner's disk does not fill."""
    (repository / "tensors.py").write_bytes(b"#" * (1 << 20))
    copied(repository, "tensors")
    copy = repository.parent / "target" / "tensors" / "tensors.py"
    assert (copy.stat().st_size, copy.read_bytes()[:1]) == (1 << 20, b"\0")


RUNNERS: dict[str, tuple[Mapping[str, str], str]] = {
    "GitHub": ({"GITHUB_ACTOR": "ana23"}, "ana23"),
    "GitLab": ({"GITLAB_USER_LOGIN": "ana"}, "ana"),
    "Classroom 50": ({"OWNER": "ana", "SUBMISSION_TAG": "t", "GITHUB_ACTOR": "bot"}, "ana"),
    "a variable of another program": ({"USERNAME": "runneradmin"}, "work"),
    "a name that no folder may have": ({"GITHUB_ACTOR": "../x"}, "work"),
    "an own machine": ({}, "work"),
}


@pytest.mark.parametrize("name", RUNNERS)
def test_the_runner_says_whose_work_it_is(name: str, repository: Path) -> None:
    """The student is who pushed, or is called as the folder is."""
    environment, student = RUNNERS[name]
    assert runner_of(environment, repository).student == student


def test_public_checks_decide_the_criteria_that_they_cover() -> None:
    """Hidden graders are not read; what no public check covers belongs to no assignment."""
    public = with_public_checks(COURSE)
    (assignment,) = public.assignments
    assert assignment.graders == TINY / "assignments" / "tensors" / "public"
    assert {each.id for each in assignment.criteria} <= set(COURSE.rubric.criteria)
    assert assignment.criteria != ()


def test_a_course_without_public_checks_is_named() -> None:
    """The error says what was expected, and where."""
    with pytest.raises(CourseError, match=r"no public checks; expected public/test_\*\.py"):
        with_public_checks(load_course(CASES / "collected" / "course"))


# ---------------------------------------------------------------- how a run ended


def hand_in(*verdicts: Verdict, findings: tuple[Outcome, ...] = ()) -> GradedHandIn:
    """Return a hand-in with a criterion of each verdict, and findings of these outcomes."""
    criteria = tuple(
        GradedCriterion(
            id=f"c{number}",
            title="",
            earned=None if verdict in (Verdict.WAITING, Verdict.FAULT) else Fraction(0),
            possible=Fraction(1),
            verdict=verdict,
            checks=(),
        )
        for number, verdict in enumerate(verdicts)
    )
    found = tuple(CheckResult(id="f", criterion="", outcome=outcome) for outcome in findings)
    return GradedHandIn(
        student="ana", assignment="a", title="", lang="en", criteria=criteria, findings=found
    )


STATES = {
    RunState.PASSED: [hand_in(Verdict.RIGHT, findings=(Outcome.PASSED,))],
    RunState.WAITING: [hand_in(Verdict.RIGHT, Verdict.WAITING)],
    RunState.FAILED: [
        hand_in(Verdict.RIGHT, Verdict.PARTLY),
        hand_in(Verdict.WRONG, Verdict.WAITING),
        hand_in(Verdict.BLOCKED),
        hand_in(Verdict.RIGHT, findings=(Outcome.FAILED,)),
    ],
    RunState.ERROR: [
        hand_in(Verdict.WRONG, Verdict.FAULT),
        hand_in(Verdict.WRONG, findings=(Outcome.GRADER_ERROR,)),
    ],
}


@pytest.mark.parametrize("state", STATES)
def test_a_fault_is_told_from_wrong_work_and_both_from_what_waits(state: RunState) -> None:
    """A fault wins over wrong answers: what they are worth is not known."""
    assert {CheckoutGrade(hand_ins=(each,)).state for each in STATES[state]} == {state}


def test_a_checkout_without_hand_ins_fails() -> None:
    """Nothing handed in is not right."""
    assert CheckoutGrade(hand_ins=()).state is RunState.FAILED
