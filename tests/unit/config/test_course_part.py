"""One assignment's part of grading.yml, which a release holds."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from autograder.config.course import load_course
from autograder.config.course_part import part_of_course
from autograder.errors import CourseError
from autograder.model import Course
from tests.support.places import CASES, REPOSITORY

COURSES = [REPOSITORY, CASES / "tiny_course", CASES / "proof_course", CASES / "courses" / "valid"]
ASSIGNMENTS = [
    pytest.param(course, assignment.id, id=f"{course.name}/{assignment.id}")
    for course in COURSES
    for assignment in load_course(course).assignments
]


def part(root: Path, assignment_id: str, folder: Path, public: str = "") -> Course:
    """Load the part of a course that concerns one assignment."""
    assignment = load_course(root).assignment(assignment_id)
    grading = (root / "grading.yml").read_text(encoding="utf-8")
    text = part_of_course(grading, assignment, [public])
    (folder / "grading.yml").write_text(text, encoding="utf-8")
    return load_course(folder)


@pytest.mark.parametrize(("root", "assignment_id"), ASSIGNMENTS)
def test_a_part_describes_its_assignment(root: Path, assignment_id: str, tmp_path: Path) -> None:
    """A part loads as a course whose one assignment is equal to the whole course's."""
    whole, loaded = load_course(root), part(root, assignment_id, tmp_path)
    expected = whole.assignment(assignment_id)
    (found,) = loaded.assignments
    assert replace(found, root=expected.root, solution=expected.solution) == expected
    assert (loaded.id, loaded.title) == (whole.id, whole.title)
    assert loaded.packages == (whole.packages if expected.runs_code else ())
    assert set(loaded.rubric.criteria) == {criterion.id for criterion in expected.criteria}


def test_a_part_states_no_sums(tmp_path: Path) -> None:
    """Totals and minimums of the course are not in it; its own points make its total."""
    loaded = part(CASES / "tiny_course", "tensors", tmp_path)
    text = (tmp_path / "grading.yml").read_text(encoding="utf-8")
    assert not any(word in text for word in ("\ntotal:", "pass_total", "minimum", "words"))
    assert (loaded.rubric.total, loaded.rubric.pass_total) == (Fraction(10), Fraction(10))
    (category,) = loaded.rubric.categories
    assert (category.id, category.points, category.minimum) == ("code", Fraction(10), Fraction(0))


def test_what_public_checks_name_is_in_the_part(tmp_path: Path) -> None:
    """Adjustments and rules of accuracy are in it where its block or a public check reads them."""
    plain = part(REPOSITORY, "flower_classifier", tmp_path).rubric
    assert ([p.id for p in plain.penalties], plain.bonuses) == (["penalty.does_not_run"], ())
    assert plain.accuracy is None
    public = 'def test_it(rubric, adjust):\n    adjust("bonus.grad_cam", "penalty.late")\n'
    named = part(REPOSITORY, "flower_classifier", tmp_path, public).rubric
    assert [p.id for p in named.penalties] == ["penalty.does_not_run", "penalty.late"]
    assert [b.id for b in named.bonuses] == ["bonus.grad_cam"]
    assert named.accuracy == load_course(REPOSITORY).rubric.accuracy


def test_a_mistake_in_a_part_is_reported_by_its_line(tmp_path: Path) -> None:
    """Points that are no number are a mistake of a part, too."""
    part(CASES / "tiny_course", "tensors", tmp_path)
    file = tmp_path / "grading.yml"
    text = file.read_text(encoding="utf-8").replace("points: 4", "points: four")
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CourseError) as caught:
        load_course(tmp_path)
    line = text[: text.index("points: four")].count("\n") + 1
    assert f"grading.yml:{line}: code.double: points must be a number" in str(caught.value)
