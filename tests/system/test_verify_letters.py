"""What verify proves beside losses: artifacts by recipe, proposals and penalties, on a course of
letters.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from autograder.config.course import load_course
from autograder.errors import CourseError
from autograder.model import Assignment, Run
from autograder.verification.artifacts import prepare_hand_ins
from autograder.verification.cases import Case, cases_of
from autograder.verification.verify import seeds_of
from tests.support.command_line import Ended, autograder
from tests.support.places import CASES

LETTERS = CASES / "proof_course"


@pytest.fixture
def letter(tmp_path: Path) -> Assignment:
    """Copy the course, and return its assignment; a test may change it."""
    course = shutil.copytree(LETTERS, tmp_path / "course")
    return load_course(Path(course)).assignment("letter")


def declare(assignment: Assignment, name: str, *header: str) -> Path:
    """Give a wrong answer another header; its path."""
    path = assignment.root / "wrong" / name
    body = [
        line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    ]
    path.write_text("\n".join([*header, *body, ""]), encoding="utf-8")
    return path


def verify(course: Path, *arguments: str | Path) -> Ended:
    """Run `autograder verify`; the letters need no flowers."""
    return autograder("verify", "--course", course, "--data", course, *arguments)


def fault(ended: Ended, case: str) -> str:
    """Return the last cell of a case's line in the table."""
    (line,) = [line for line in ended.stdout.splitlines() if line.startswith(f"│ {case} ")]
    return line.rstrip("│ ").rsplit("│ ", 1)[1]


def test_artifacts_proposals_and_penalties_can_be_proven() -> None:
    """A stale artifact, a lower proposal and a penalty alone come out as their headers say."""
    ended = verify(LETTERS)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "nothing + penalty.in_a_hurry" in ended.stdout
    assert "letter: 3 of 3 checks proven by a wrong answer" in ended.stdout


DECLARED = {
    "in_a_hurry.yml": ("# loses:", "must not bring penalty.in_a_hurry"),
    "shouts.yml": (
        "# loses: letter.greeting\n# proposes: letter.style = 2",
        "proposes 1, must propose letter.style = 2",
    ),
    "stale_copy.yml": (
        "# loses: letter.copy\n# adjusts: penalty.in_a_hurry",
        "must lose letter.copy; must bring penalty.in_a_hurry",
    ),
}


def test_what_comes_out_otherwise_is_named(letter: Assignment) -> None:
    """An undeclared penalty, a missing one, another proposal and a sound artifact are faults."""
    for name, (header, _) in DECLARED.items():
        declare(letter, name, header)
    ended = verify(letter.root.parent.parent, "--case", "wrong/*")
    assert ended.returncode == 1
    assert {name: fault(ended, f"wrong/{name}") for name in DECLARED} == {
        n: f for n, (_, f) in DECLARED.items()
    }


def handed_in(assignment: Assignment, folder: Path) -> dict[str, list[str]]:
    """Return the names of the files that every case hands in."""
    made = prepare_hand_ins(
        cases_of(assignment, folder), assignment, Run(data=folder), folder / "cases"
    )
    return {
        case.name: sorted(p.name for p in hand_in.path.iterdir()) for case, hand_in in made.items()
    }


def test_artifacts_lie_beside_the_code(letter: Assignment, tmp_path: Path) -> None:
    """A case hands in its code under the declared name with its artifacts; the stub has none."""
    files = handed_in(letter, tmp_path)
    assert files["wrong/stale_copy.yml"] == ["copy.txt", "letter.yml"]
    assert files["stub"] == ["letter.yml"]


def test_recipes_run_in_processes_of_their_own(letter: Assignment, tmp_path: Path) -> None:
    """The code of a case may change what it likes: judges are forked from this process, where it
    never ran.
    """
    handed_in(letter, tmp_path)
    assert "letter_artifacts" not in sys.modules


def test_wrong_answers_with_artifacts_are_graded_once(letter: Assignment) -> None:
    """A measured model is dear: only what must earn everything, or nothing, is graded under both
    seeds.
    """
    cases = cases_of(letter, letter.root)
    seeds = {case.name: len(seeds_of(case, letter)) for case in cases}
    assert (seeds["solution"], seeds["right/to_many.yml"], seeds["wrong/stale_copy.yml"]) == (
        2,
        2,
        1,
    )
    (letter.root / "artifacts.py").unlink()
    assert {len(seeds_of(case, letter)) for case in cases} == {2}


BROKEN_RECIPES = {
    "mouldy": "stale_copy.yml: recipe 'mouldy': KeyError: 'mouldy'",
    "undeclared": "artifacts.py: recipe 'undeclared' makes copie.txt; expected copy.txt",
}


@pytest.mark.parametrize("recipe", BROKEN_RECIPES)
def test_a_recipe_that_does_not_work_is_named(
    letter: Assignment, tmp_path: Path, recipe: str
) -> None:
    """A recipe that raises, and one that makes a file that nobody declared: CourseError, with the
    place.
    """
    declare(letter, "stale_copy.yml", "# loses: letter.copy", f"# artifacts: {recipe}")
    with pytest.raises(CourseError) as caught:
        handed_in(letter, tmp_path)
    assert str(caught.value).endswith(BROKEN_RECIPES[recipe])


def test_artifacts_need_a_function_make(letter: Assignment, tmp_path: Path) -> None:
    """An artifacts.py without `make` is told what is expected of it."""
    (letter.root / "artifacts.py").write_text("RECIPES = {}\n")
    with pytest.raises(
        CourseError, match=r"no function `make`; expected make\(code, recipe, data, seed\)"
    ):
        handed_in(letter, tmp_path)


def case(assignment: Assignment, name: str) -> Case:
    """Return the case of that name."""
    return next(c for c in cases_of(assignment, assignment.root) if c.name == name)


def test_a_case_says_what_it_is(letter: Assignment) -> None:
    """The first comment that declares nothing, or what follows `right:`, is the case in words."""
    assert case(letter, "wrong/stale_copy.yml").description == "the copy is of an earlier letter"
    assert case(letter, "right/to_many.yml").description == "a letter to several people"


MALFORMED = {
    "# loses: letter.style": "1: no criterion 'letter.style' to lose",  # a person decides it
    "# loses: letter.copy\n# artifact: stale": "2: 'artifact' declares nothing;"
    " did you mean 'artifacts'?",
    "# loses:\n# proposes: some": "2: expected `<criterion> < <points>`, or =, > and the like,"
    " got 'some'",
    "# loses:\n# proposes: letter.copy < 2": "2: no criterion 'letter.copy' to propose for",
}


@pytest.mark.parametrize("header", MALFORMED)
def test_a_malformed_header_is_told_by_its_line(letter: Assignment, header: str) -> None:
    """What cannot be lost or proposed for, and what is misspelt: CourseError with file and line."""
    path = declare(letter, "shouts.yml", header)
    with pytest.raises(CourseError) as caught:
        cases_of(letter, letter.root)
    assert str(caught.value).startswith(f"{path}:{MALFORMED[header]}")


def test_a_right_answer_declares_no_loss(letter: Assignment) -> None:
    """What loses something belongs into wrong/."""
    (letter.root / "right/to_many.yml").write_text("# loses: letter.copy\nto: ada\n")
    with pytest.raises(CourseError, match="a right answer loses nothing; move it to wrong/"):
        cases_of(letter, letter.root)
