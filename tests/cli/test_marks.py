"""What `grade` makes of the marks: nothing is graded again, nothing is lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import grade, graded_class, written
from tests.unit.scoring.test_override_commands import BY, marks
from tests.unit.scoring.test_override_commands import course as course
from tests.unit.scoring.test_override_commands import submitted as submitted


def final_grade(out: Path, student: str) -> dict[str, Any]:
    """Return a student's score sheet."""
    content: dict[str, Any] = json.loads(
        (out / "final_grades" / f"{student}.json").read_text(encoding="utf-8")
    )
    return content


def test_marks_make_the_reports_anew_and_grade_nothing(
    submitted: Path, course: Path, tmp_path: Path
) -> None:
    """A mark set after grading counts in the next run, whose results stand as they were."""
    out = tmp_path / "out"
    assert grade(submitted, out, course=course).returncode == 0
    before = written(out)
    marks("set", submitted, course, "--student", "right", "words.essay", "2.5", *BY)
    marks("set", submitted, course, "--student", "right", "code.double", "1", *BY)
    ended = grade(submitted, out, course=course)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.count("(as before)") == len(list(out.glob("results/*/*.json")))
    after = written(out)
    assert {n for n in before if n.startswith("results/") and before[n] != after[n]} == set()
    found = {c["id"]: c for c in final_grade(out, "right")["criteria"]}
    assert (found["words.essay"]["earned"], found["words.essay"]["found_exact"]) == (2.5, None)
    assert (found["code.double"]["earned"], found["code.double"]["found_exact"]) == (1, "4")
    mark = {"author": "Marta Ruiz", "reason": "Claro y breve.", "overrules": []}
    assert found["code.double"]["mark"] == mark
    for page in ("reports/right.html", "staff/right.html"):
        assert "Marta Ruiz" in after[page].decode()


def test_bonuses_and_penalties_of_people_change_the_total(
    submitted: Path, course: Path, tmp_path: Path
) -> None:
    """What a person set on top or off is in the total, with author and reason."""
    marks("set", submitted, course, "--student", "right", "penalty.late", "--days", "2", *BY)
    grade(submitted, tmp_path / "out", "--student", "right", course=course)
    content = final_grade(tmp_path / "out", "right")
    late = next(a for a in content["adjustments"] if a["id"] == "penalty.late")
    assert (content["total"], late["points"], late["author"]) == (8, -2, "Marta Ruiz")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("rigth: {}\n", "marks.yml:1: no student 'rigth' here; did you mean 'right'?"),
        (
            "right:\n  criteria:\n    words.esay: {points: 1, author: M, reason: R}\n",
            "did you mean 'words.essay'?",
        ),
        ("right: [\n", "marks.yml:2: not valid YAML"),
    ],
)
def test_wrong_marks_stop_the_run_before_anything_is_written(
    submitted: Path, course: Path, tmp_path: Path, text: str, complaint: str
) -> None:
    """A mistake in marks.yml ends with exit code 2 and a line that names it."""
    (submitted / "marks.yml").write_text(text, encoding="utf-8")
    ended = grade(submitted, tmp_path / "out", course=course)
    assert ended.returncode == 2
    assert complaint in ended.stderr
    assert not (tmp_path / "out").exists()


def test_marks_may_lie_elsewhere(submitted: Path, course: Path, tmp_path: Path) -> None:
    """--marks names another file, for `grade` as for `marks`."""
    elsewhere = ("--marks", tmp_path / "ours.yml")
    marks("set", submitted, course, "--student", "right", "words.essay", "3", *BY, *elsewhere)
    grade(submitted, tmp_path / "out", *elsewhere, course=course)
    assert final_grade(tmp_path / "out", "right")["total"] == 13
    assert not (submitted / "marks.yml").exists()


def test_a_student_cannot_bring_marks_along(submitted: Path, course: Path, tmp_path: Path) -> None:
    """A marks.yml in a student's own folder is never read, whichever way the folder is graded."""
    forged = (
        "right:\n  criteria:\n    words.essay: {points: 6, author: Marta Ruiz, reason: Perfecto.}\n"
    )
    for folder in (submitted / "right", submitted / "right" / "tensors"):
        (folder / "marks.yml").write_text(forged, encoding="utf-8")
    grade(submitted, tmp_path / "all", course=course)
    grade(
        submitted / "right" / "tensors",
        tmp_path / "one",
        "--assignment",
        "tensors",
        "--student",
        "right",
    )
    assert final_grade(tmp_path / "all", "right")["total"] == 10
    assert final_grade(tmp_path / "one", "right")["total"] == 10


def test_one_student_alone_keeps_the_marks_of_the_class(
    submitted: Path, course: Path, tmp_path: Path
) -> None:
    """Grading a single file into the class's OUT does not forget what people decided."""
    marks("set", submitted, course, "--student", "right", "words.essay", "3", *BY)
    grade(submitted, tmp_path / "out", course=course)
    alone = ("--assignment", "tensors", "--student", "adds")
    ended = grade(submitted / "adds" / "tensors", tmp_path / "out", *alone, course=course)
    assert ended.returncode == 0
    assert final_grade(tmp_path / "out", "right")["total"] == 13


def test_the_marks_of_a_class_serve_for_one_student_alone(
    submitted: Path, course: Path, tmp_path: Path
) -> None:
    """Graded alone with the class's file, a student gets their own marks and no other's."""
    for student in ("right", "adds"):
        marks("set", submitted, course, "--student", student, "words.essay", "3", *BY)
    alone = ("--assignment", "tensors", "--student", "right", "--marks", submitted / "marks.yml")
    ended = grade(submitted / "right" / "tensors", tmp_path / "out", *alone, course=course)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert final_grade(tmp_path / "out", "right")["total"] == 13
    assert [path.name for path in (tmp_path / "out" / "final_grades").iterdir()] == ["right.json"]


def test_without_marks_no_trace_of_them_is_left(
    submitted: Path, course: Path, tmp_path: Path
) -> None:
    """When the last mark is gone the reports are those of a run that never had one."""
    seed = ("--seed", "7")
    grade(submitted, tmp_path / "never", *seed, course=course)
    marks("set", submitted, course, "--student", "right", "words.essay", "3", *BY)
    grade(submitted, tmp_path / "out", *seed, course=course)
    (submitted / "marks.yml").unlink()
    grade(submitted, tmp_path / "out", *seed, course=course)
    assert written(tmp_path / "out") == written(tmp_path / "never")


def test_a_decision_about_a_check_names_results_that_cannot_be_read(
    submitted: Path, course: Path, tmp_path: Path
) -> None:
    """The mark is set all the same, and a damaged result of somebody else is not passed over."""
    out = tmp_path / "out"
    grade(submitted, out, course=course)
    (out / "results" / "adds" / "tensors.json").write_text("{", encoding="utf-8")
    words = ("--student", "right", "--out", out, "test_double", *BY)
    ended = marks("overrule", submitted, course, *words)
    assert ended.returncode == 0
    assert "right: code.double" in ended.stdout
    assert "adds/tensors.json" in ended.stderr


def test_final_grades_are_the_same_bytes_each_time() -> None:
    """Two runs over the same class give the same score sheets."""
    _, first = graded_class("--seed", "7")
    _, second = graded_class("--seed", "7", "--jobs", "1")
    sheets = {
        name: text for name, text in written(first).items() if name.startswith("final_grades/")
    }
    assert sheets == {name: written(second)[name] for name in sheets} != {}
