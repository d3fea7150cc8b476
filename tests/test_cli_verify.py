"""What `verify` says of sound graders, and of each way in which graders or their cases can be unsound."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.command_line import TINY, Ended, autograder

SOLUTION = (TINY / "solutions" / "tensors" / "tensors.py").read_text(encoding="utf-8")


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A tiny course of one's own, to be made unsound."""
    return Path(shutil.copytree(TINY, tmp_path / "course"))


def verify(course: Path, *ids: str) -> Ended:
    """Run `autograder verify`."""
    return autograder("verify", *ids, "--course", course)


def row(ended: Ended, case: str) -> str:
    """The line of a case in the table."""
    rows = [line for line in ended.stdout.splitlines() if line.startswith(f"│ {case} ")]
    assert len(rows) == 1, ended.stdout + ended.stderr
    return rows[0]


def test_a_sound_assignment_passes() -> None:
    """The solution earns everything, the stub nothing, wrong/ and right/ what they declare: exit code 0."""
    ended = verify(TINY)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "tensors: 5 of 5 cases as they must be" in ended.stdout
    assert "double, mean, total" in row(ended, "stub")


@pytest.fixture(scope="module")
def unsound(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """A verification in which a case of each kind comes out wrong, and others as they must."""
    folder = shutil.copytree(TINY, tmp_path_factory.mktemp("unsound") / "course") / "assignments/tensors"
    (folder / "wrong/perfect.py").write_text(f"# loses: code.total\n{SOLUTION}")
    (folder / "wrong/loses_more.py").write_text(f"# loses: code.mean\n{SOLUTION.replace('x.sum()', 'x.max()')}")
    (folder / "right/halves.py").write_text(SOLUTION.replace("2 * x", "x / 2"))
    (folder / "tensors.py").write_text(SOLUTION.replace("2 * x", "x"))
    return verify(folder.parent.parent)


FAULTS = {
    "solution": "yes",
    "stub": "must lose code.mean, code.total; earns 6 points, must earn nothing",
    "right/halves.py": "must keep code.double",
    "wrong/perfect.py": "must lose code.total",
    "wrong/loses_more.py": "must keep code.total",
}


@pytest.mark.parametrize("case", FAULTS)
def test_an_unsound_case_is_named_with_its_fault(unsound: Ended, case: str) -> None:
    """A wrong answer that loses nothing, one that loses more, a right one that loses: each says what it must."""
    assert row(unsound, case).rstrip("│ ").endswith(f"│ {FAULTS[case]}")


def test_unsound_graders_show_in_the_exit_code(unsound: Ended) -> None:
    """Exit code 1, and a count of the cases that came out as they must."""
    assert unsound.returncode == 1
    assert "tensors: 4 of 8 cases as they must be" in unsound.stdout


def test_a_flaky_check_is_found(course: Path) -> None:
    """A check that judges the same answer differently another time is found by the second seed."""
    grader = course / "assignments/tensors/graders/test_tensors.py"
    flaky = """

LAST = Path(__file__).parents[3] / "last"
FIRST_TIME = not LAST.exists()
LAST.touch()


@pytest.mark.criterion("code.mean")
def test_luck(submission: LiveSubmission) -> None:
    submission.call("mean", torch.ones(1))
    assert FIRST_TIME
"""
    grader.write_text(
        grader.read_text().replace("import probes", "from pathlib import Path\n\nimport probes") + flaky
    )
    texts = grader.with_name("texts.yml")
    words = "  test_luck: {expects: {es: a, en: a}, hint: {es: a, en: a}}"
    texts.write_text(texts.read_text().replace("checks:", f"checks:\n{words}"))
    ended = verify(course)
    assert ended.returncode == 1
    assert "other marks under another seed" in row(ended, "solution")


def test_a_grader_that_fails_itself_is_found(course: Path) -> None:
    """A grader's own error is never a mark, and no case is sound with it."""
    grader = course / "assignments/tensors/graders/test_tensors.py"
    grader.write_text(grader.read_text().replace("len(x))", "len(y))"))
    ended = verify(course)
    assert ended.returncode == 1
    assert "the grader itself failed" in row(ended, "solution")


MALFORMED = {
    "# it loses: code.total": "1: expected `# loses: <criterion>, ...`, got '# it loses: code.total'",
    "# loses: code.totel": "1: no criterion 'code.totel' to lose; did you mean 'code.total'?",
}


@pytest.mark.parametrize("first_line", MALFORMED)
def test_a_wrong_answer_says_what_it_loses(course: Path, first_line: str) -> None:
    """The first line of a wrong answer names criteria of the assignment; otherwise exit code 2 and its place."""
    case = course / "assignments/tensors/wrong/case.py"
    case.write_text(f"{first_line}\n{SOLUTION}")
    ended = verify(course)
    assert (ended.returncode, ended.stderr) == (2, f"{case}:{MALFORMED[first_line]}\n")


def test_a_solution_is_needed(course: Path) -> None:
    """Without a solution nothing can be verified: its path is named."""
    solution = course / "solutions/tensors/tensors.py"
    solution.unlink()
    ended = verify(course)
    assert (ended.returncode, ended.stderr) == (2, f"{solution}: no such file; verify needs it\n")


def test_an_assignment_without_graders_cannot_be_verified() -> None:
    """An assignment that is named must have graders."""
    ended = verify(TINY, "poster")
    line = "poster: no graders yet; add assignments/poster/graders/test_*.py\n"
    assert (ended.returncode, ended.stderr) == (2, line)


def test_an_unknown_assignment_is_named() -> None:
    """A slip of the pen is recognised."""
    ended = verify(TINY, "tensor")
    assert ended.returncode == 2
    assert ended.stderr.endswith("did you mean 'tensors'?\n")
