"""What `verify` says of sound graders, and of each way in which graders or their cases can be
unsound.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch

from autograder.verification.generated_answers import ENDLESS_MUTATION, MUTATIONS
from tests.support.command_line import REPOSITORY, TINY, Ended, autograder

SOLUTION = (TINY / "solutions" / "tensors" / "tensors.py").read_text(encoding="utf-8")


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Copy the tiny course, so that a test can make it unsound."""
    return Path(shutil.copytree(TINY, tmp_path / "course"))


def verify(course: Path, *arguments: str | Path, folder: Path = REPOSITORY) -> Ended:
    """Run `autograder verify`."""
    return autograder("verify", *arguments, "--course", course, folder=folder)


def row(ended: Ended, case: str) -> str:
    """Return the line of a case in the table."""
    rows = [line for line in ended.stdout.splitlines() if line.startswith(f"│ {case} ")]
    assert len(rows) == 1, ended.stdout + ended.stderr
    return rows[0]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ended, Path]:
    """Verify a sound course; return that with the folder of the matrix."""
    out = tmp_path_factory.mktemp("sound") / "matrix"
    return verify(TINY, "--matrix", out), out


def test_a_sound_assignment_passes(sound: tuple[Ended, Path]) -> None:
    """All cases earn what they must: the exit code is 0."""
    ended, _ = sound
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "tensors: 16 of 16 cases as they must be" in ended.stdout
    assert "everything" in row(ended, "stub")


@pytest.mark.parametrize("mutation", [*MUTATIONS, ENDLESS_MUTATION])
def test_a_wrong_answer_made_from_the_solution_earns_no_criterion(
    sound: tuple[Ended, Path], mutation: str
) -> None:
    """A mutated solution loses every criterion, and the grader does not fail over it."""
    line = row(sound[0], f"generated/{mutation}.py")
    assert "everything" in line
    assert line.rstrip("│ ").endswith("│ yes")


def test_the_matrix_says_which_check_fails_on_which_answer(sound: tuple[Ended, Path]) -> None:
    """`--matrix` writes a page and its figures: outcomes by check and answer, kills, survivors,
    idle checks.
    """
    _, out = sound
    figures = json.loads((out / "tensors.json").read_text(encoding="utf-8"))
    outcomes = {check["id"]: check["outcomes"] for check in figures["checks"]}
    assert outcomes["test_mean"]["wrong/forgets_to_divide.py"] == "failed"
    assert outcomes["test_mean"]["generated/raises.py"] == "blocked"
    assert (figures["survivors"], figures["checks_that_kill_nothing"]) == ([], [])
    assert "wrong/forgets_to_divide.py: failed" in (out / "tensors.html").read_text(
        encoding="utf-8"
    )


def test_cases_can_be_chosen_by_name() -> None:
    """`--case` takes names and patterns; the others are not graded, and nothing is said of the
    checks.
    """
    ended = verify(TINY, "--case", "stub", "--case", "wrong/adds_*")
    assert ended.returncode == 0
    assert "tensors: 2 of 2 cases as they must be" in ended.stdout
    assert "checks proven" not in ended.stdout


MISUSED = {
    ("--case", "wrong/add"): "no case is called wrong/add; expected such as 'stub' or 'wrong/*'\n",
    ("--case", "stub", "--matrix", "out"): "--matrix needs every case: leave out --case\n",
}


@pytest.mark.parametrize("arguments", MISUSED)
def test_a_choice_of_cases_that_makes_no_sense_is_refused(arguments: tuple[str, ...]) -> None:
    """A name that no case has, and a matrix of some cases: exit code 2, and a line that says so."""
    ended = verify(TINY, *arguments)
    assert (ended.returncode, ended.stderr) == (2, MISUSED[arguments])


def test_a_case_can_be_written_as_a_whole_file(course: Path) -> None:
    """An override comes out merged with its base, and is refused where a file of its name lies."""
    arguments = ("tensors", "--write-case", "wrong/forgets_to_divide.py")
    ended = verify(course, *arguments, folder=course)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "forgets_to_divide.py\n", "")
    written = (course / "forgets_to_divide.py").read_text()
    assert written.startswith('# loses: code.mean\n"""The mean is the total."""\n')
    module: dict[str, Any] = {}
    exec(written, module)
    assert module["mean"](torch.ones(3)) == 3.0
    again = verify(course, *arguments, folder=course)
    line = "forgets_to_divide.py: is already there; remove it, or use another folder\n"
    assert (again.returncode, again.stderr) == (2, line)


def test_only_a_case_can_be_written(course: Path) -> None:
    """A misspelt name is recognised."""
    ended = verify(course, "--write-case", "wrong/forget_to_divide.py", folder=course)
    line = (
        "no case is called wrong/forget_to_divide.py; did you mean 'wrong/forgets_to_divide.py'?\n"
    )
    assert (ended.returncode, ended.stderr) == (2, line)


@pytest.fixture(scope="module")
def unsound(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """Verify a course in which a case of each kind is unsound, and others are sound."""
    folder = (
        shutil.copytree(TINY, tmp_path_factory.mktemp("unsound") / "course") / "assignments/tensors"
    )
    (folder / "wrong/perfect.py").write_text(f"# loses: code.total\n{SOLUTION}")
    (folder / "wrong/loses_more.py").write_text(
        f"# loses: code.mean\n{SOLUTION.replace('x.sum()', 'x.max()')}"
    )
    (folder / "right/halves.py").write_text(SOLUTION.replace("2 * x", "x / 2"))
    (folder / "tensors.py").write_text(SOLUTION.replace("2 * x", "x"))
    (folder / "wrong/forgets_to_divide.py").unlink()
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
    """A wrong answer that loses nothing, one that loses more, a right one that loses: each says
    what it must.
    """
    assert row(unsound, case).rstrip("│ ").endswith(f"│ {FAULTS[case]}")


def test_unsound_graders_show_in_the_exit_code(unsound: Ended) -> None:
    """Exit code 1, and a count of the cases that came out as they must."""
    assert unsound.returncode == 1
    assert "tensors: 14 of 18 cases as they must be" in unsound.stdout


def test_a_check_that_no_wrong_answer_fails_is_named(unsound: Ended) -> None:
    """Without an answer whose mean is wrong, the check of the mean proves nothing."""
    assert "test_mean proves nothing: no wrong answer fails it" in unsound.stdout
    assert "tensors: 3 of 4 checks proven by a wrong answer" in unsound.stdout


def test_a_flaky_check_is_found(course: Path) -> None:
    """A check that judges the same answer differently another time is found by the second seed."""
    grader = course / "assignments/tensors/graders/test_tensors.py"
    flaky = """

SEEN = Path(__file__).parents[3] / "seen"
SEEN.mkdir(exist_ok=True)


@pytest.mark.criterion("code.mean")
def test_luck(submission: Submission) -> None:
    mark = SEEN / submission.student.replace("/", " ")
    was_seen = mark.exists()
    mark.touch()
    assert not was_seen
"""
    grader.write_text(
        grader.read_text().replace("import probes", "from pathlib import Path\n\nimport probes")
        + flaky
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
    "# puppet: code.totel": "1: no criterion 'code.totel' to be a puppet of;"
    " did you mean 'code.total'?",
    "# puppet:": "1: expected `# puppet: <criterion>, ...` or `# puppet: all`",
    "# puppet: all\n# loses: code.total": "2: a puppet's points are its free lunch; leave this out",
    "# it loses: code.total": "1: expected `# loses: <criterion>, ...`,"
    " got '# it loses: code.total'",
    "# loses: code.totel": "1: no criterion 'code.totel' to lose; did you mean 'code.total'?",
}


@pytest.mark.parametrize("first_line", MALFORMED)
def test_a_wrong_answer_says_what_it_loses(course: Path, first_line: str) -> None:
    """The first line of a wrong answer names criteria of the assignment; otherwise exit code 2 and
    its place.
    """
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
