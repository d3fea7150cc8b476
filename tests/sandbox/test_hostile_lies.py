"""Lies about what code does, in hostile/lies: none earns what it forges.

A lie is handed in through the command line by a student of its own. Beside it an honest neighbour's
solution keeps all of its points. `tests/support/lies.py` says how a lie is written down.
"""

from __future__ import annotations

import tempfile
from fractions import Fraction
from pathlib import Path

import pytest

from autograder.config.course import load_course
from autograder.measuring.data.synthetic import make_flowers
from autograder.model import Assignment
from autograder.verification.artifacts import has_artifacts, load_make
from autograder.verification.cases import SOUND_RECIPE, automatic_criteria
from tests.support.command_line import REPOSITORY, autograder, result
from tests.support.lies import FOLDER, Lie, lies_about
from tests.support.once import once

HONEST = "honest"
SECONDS = 600.0
COURSE = load_course(REPOSITORY)
ASSIGNMENTS = [assignment for assignment in COURSE.assignments if (FOLDER / assignment.id).is_dir()]
BONUSES = {bonus.id: bonus.points for bonus in COURSE.rubric.bonuses}
LIES = [
    pytest.param(assignment, lie, id=f"{assignment.id}/{lie.path.stem}")
    for assignment in ASSIGNMENTS
    for lie in lies_about(assignment)
]

load_make_once = once(load_make)  # it keeps what is dear: the features of each image


@once
def made(assignment: Assignment, recipe: str, data: Path) -> dict[str, bytes]:
    """Return what is handed in beside code: the solution's, for lies are told by code."""
    return load_make_once(assignment)(
        assignment.solution / assignment.files[0].name, recipe, data, 1
    )


def hand_in(assignment: Assignment, lie: Lie | None, data: Path, folder: Path) -> None:
    """Put the files of a lie, or of the solution, into a folder."""
    name = assignment.files[0].name
    files: dict[str, bytes] = {}
    if has_artifacts(assignment):
        files = made(assignment, SOUND_RECIPE if lie is None else lie.recipe, data)
    if lie is None:
        files = {**files, name: (assignment.solution / name).read_bytes()}
    else:
        files = lie.files(assignment, files, data)
    folder.mkdir(parents=True)
    for file, content in files.items():
        (folder / file).write_bytes(content)


@once
def graded(assignment: Assignment) -> Path:
    """All lies about an assignment and an honest neighbour, graded in one run."""
    folder = Path(tempfile.mkdtemp(prefix="autograder-lies-"))
    data = make_flowers(folder / "data") if assignment.needs_images else folder
    for lie in [None, *lies_about(assignment)]:
        student = HONEST if lie is None else lie.path.stem
        hand_in(assignment, lie, data, folder / "submitted" / student / assignment.id)
    out = folder / "out"
    words = ("--assignment", assignment.id, "--lang", "en", "--accuracy", "sequential")
    places = ("--course", REPOSITORY, "--data", data, "--out", out)
    ended = autograder("grade", folder / "submitted", *places, *words, seconds=SECONDS)
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


def points(out: Path, student: str, assignment: Assignment) -> Fraction:
    """Return what checks gave a student: points of criteria, and of bonuses."""
    sheet = result(out, student, assignment.id)
    given = [Fraction(entry["earned_exact"] or 0) for entry in sheet["criteria"]]
    added = [BONUSES.get(entry["id"], Fraction()) for entry in sheet["adjustments"]]
    return sum([*given, *added], Fraction())


@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=lambda assignment: assignment.id)
def test_a_neighbour_of_liars_keeps_all_points(assignment: Assignment) -> None:
    """The solution, graded among all lies, earns every criterion in full."""
    earned = criteria(graded(assignment), HONEST, assignment, "all")
    assert criteria(graded(assignment), HONEST, assignment, "less") == set()
    assert (
        earned == automatic_criteria(assignment) if assignment.runs_code else earned
    )  # a free answer waits for a person


@pytest.mark.parametrize(("assignment", "lie"), LIES)
def test_a_lie_earns_nothing_that_it_forges(assignment: Assignment, lie: Lie) -> None:
    """What a lie forges is not earned in full, and no check of it is a fault of ours."""
    out = graded(assignment)
    sheet = result(out, lie.path.stem, assignment.id)
    assert not lie.loses & criteria(out, lie.path.stem, assignment, "all")
    assert lie.earns is None or points(out, lie.path.stem, assignment) <= lie.earns
    assert lie.adjusts <= {entry["id"] for entry in sheet["adjustments"]}
    assert sheet["status"] != "needs_review"
    if lie.proposes is not None:
        proposed = {entry["id"]: entry["proposed_exact"] for entry in sheet["criteria"]}
        assert Fraction(proposed[lie.proposes[0]]) <= lie.proposes[1]


@pytest.mark.parametrize(
    ("assignment", "lie"), [(a, lie) for a in ASSIGNMENTS for lie in lies_about(a) if lie.told]
)
def test_staff_are_told_of_a_lie(assignment: Assignment, lie: Lie) -> None:
    """Where a lie shows in what was handed in, staff read a note about it."""
    notes = result(graded(assignment), lie.path.stem, assignment.id)["notes"]
    assert any(lie.told in note["text"] for note in notes), notes


@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=lambda assignment: assignment.id)
def test_every_criterion_is_lied_about(assignment: Assignment) -> None:
    """Each criterion that checks decide has at least one lie that would earn it."""
    assert automatic_criteria(assignment) == frozenset().union(
        *(lie.loses for lie in lies_about(assignment))
    )
