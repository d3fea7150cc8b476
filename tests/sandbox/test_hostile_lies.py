"""Lies about what code does, one file each in hostile/lies: none earns what it forges.

A lie is handed in through the command line by a student of its own. Beside it an honest neighbour's
solution keeps all of its points. It stands alone, or upon another answer whose faults it hides:
`# upon: stub`, `# upon: wrong/no_step.py`.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.config.course import load_course
from autograder.measuring.data.synthetic import make_flowers
from autograder.model import Assignment
from autograder.verification.artifacts import has_artifacts, load_make
from autograder.verification.cases import (
    DECLARATION,
    SOUND_RECIPE,
    automatic_criteria,
    whole_source,
)
from tests.support.command_line import REPOSITORY, autograder, result
from tests.support.once import once
from tests.support.places import CASES

LIES = CASES / "hostile" / "lies"
HONEST = "honest"
SECONDS = 300.0
COURSE = load_course(REPOSITORY)
ASSIGNMENTS = [assignment for assignment in COURSE.assignments if (LIES / assignment.id).is_dir()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lie:
    """A hand-in that forges what a worker says, and the criteria that it must not earn in full."""

    path: Path
    loses: frozenset[str]
    upon: str  # the answer that it is appended to; empty: none
    recipe: str  # of what is handed in beside code

    def hand_in(self, assignment: Assignment) -> bytes:
        """Return the content of the file that is handed in."""
        name = assignment.files[0].name
        places = {"": None, "stub": assignment.root / name, "solution": assignment.solution / name}
        below = places.get(self.upon, assignment.root / self.upon)
        honest = whole_source(below, assignment) if below is not None else ""
        return honest.encode() + self.path.read_bytes()


def read_lie(path: Path, assignment: Assignment) -> Lie:
    """Return a lie and what the comment at its top declares."""
    header = path.read_text(encoding="utf-8").splitlines()[:4]
    lines = [DECLARATION.fullmatch(line) for line in header]
    declared = {line[1]: line[2] for line in lines if line is not None}
    loses = frozenset(name.strip() for name in declared["loses"].split(","))
    assert loses <= automatic_criteria(assignment), path
    return Lie(
        path=path,
        loses=loses,
        upon=declared.get("upon", ""),
        recipe=declared.get("artifacts", SOUND_RECIPE),
    )


def lies_about(assignment: Assignment) -> list[Lie]:
    """Return the lies about an assignment, one per file."""
    suffix = Path(assignment.files[0].name).suffix
    return [
        read_lie(path, assignment) for path in sorted((LIES / assignment.id).glob(f"*{suffix}"))
    ]


load_make_once = once(load_make)  # it keeps what is dear: the features of each image


@once
def made(assignment: Assignment, recipe: str, data: Path) -> dict[str, bytes]:
    """Return what is handed in beside code: the solution's, for lies are told by code."""
    return load_make_once(assignment)(
        assignment.solution / assignment.files[0].name, recipe, data, 1
    )


@once
def graded(assignment: Assignment) -> Path:
    """All lies about an assignment and an honest neighbour, graded in one run."""
    folder = Path(tempfile.mkdtemp(prefix="autograder-lies-"))
    data = make_flowers(folder / "data") if assignment.needs_images else folder
    name = assignment.files[0].name
    for lie in [None, *lies_about(assignment)]:
        code = (
            folder / "submitted" / (HONEST if lie is None else lie.path.stem) / assignment.id / name
        )
        code.parent.mkdir(parents=True)
        code.write_bytes(
            (assignment.solution / name).read_bytes() if lie is None else lie.hand_in(assignment)
        )
        if has_artifacts(assignment):
            for other, content in made(
                assignment, SOUND_RECIPE if lie is None else lie.recipe, data
            ).items():
                (code.parent / other).write_bytes(content)
    out = folder / "out"
    words = (
        "--course",
        REPOSITORY,
        "--assignment",
        assignment.id,
        "--data",
        data,
        "--lang",
        "en",
        "--accuracy",
        "sequential",
    )
    ended = autograder("grade", folder / "submitted", "--out", out, *words, seconds=SECONDS)
    assert ended.returncode in (0, 1), (
        ended.stdout + ended.stderr
    )  # 1: what a lie leaves out is listed
    return out


def criteria(out: Path, student: str, assignment: Assignment, earned: str) -> set[str]:
    """Criteria of which a student earned `all` or `less`, or that a person decides (`waits`)."""
    found: dict[str, set[str]] = {"all": set(), "less": set(), "waits": set()}
    for entry in result(out, student, assignment.id)["criteria"]:
        full = entry["earned_exact"] == entry["possible_exact"]
        found["waits" if entry["earned_exact"] is None else "all" if full else "less"].add(
            entry["id"]
        )
    return found[earned] & automatic_criteria(assignment)


@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=lambda assignment: assignment.id)
def test_a_neighbour_of_liars_keeps_all_points(assignment: Assignment) -> None:
    """The solution, graded among all lies, earns every criterion in full."""
    earned = criteria(graded(assignment), HONEST, assignment, "all")
    assert criteria(graded(assignment), HONEST, assignment, "less") == set()
    assert (
        earned == automatic_criteria(assignment) if assignment.runs_code else earned
    )  # a free answer waits for a person


@pytest.mark.parametrize(
    ("assignment", "lie"),
    [
        pytest.param(assignment, lie, id=f"{assignment.id}/{lie.path.stem}")
        for assignment in ASSIGNMENTS
        for lie in lies_about(assignment)
    ],
)
def test_a_lie_earns_nothing_that_it_forges(assignment: Assignment, lie: Lie) -> None:
    """What a lie forges is not earned in full, and no check of it is a fault of ours."""
    out = graded(assignment)
    assert not lie.loses & criteria(out, lie.path.stem, assignment, "all")
    assert result(out, lie.path.stem, assignment.id)["status"] != "needs_review"


@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=lambda assignment: assignment.id)
def test_every_criterion_is_lied_about(assignment: Assignment) -> None:
    """Each criterion that checks decide has at least one lie that would earn it."""
    assert automatic_criteria(assignment) == frozenset().union(
        *(lie.loses for lie in lies_about(assignment))
    )
