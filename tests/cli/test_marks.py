"""`autograder marks`, and what `grade` makes of the marks: nothing is graded again, nothing is
lost.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import CLASS, TINY, Ended, autograder, grade, graded_class, written

BY = ("--author", "Marta Ruiz", "--reason", "Claro y breve.")
ADJUSTMENTS = """
bonus_cap: 2
bonuses:
  bonus.poem: {points: 2, title: {es: Un poema, en: A poem}}
penalties:
  penalty.late: {points: -1, days: 3, title: {es: Entrega tardía, en: Late hand-in}}
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """The tiny course, with a bonus and a penalty."""
    folder = shutil.copytree(TINY, tmp_path / "course")
    file = folder / "grading.yml"
    file.write_text(file.read_text(encoding="utf-8") + ADJUSTMENTS, encoding="utf-8")
    return folder


@pytest.fixture
def submitted(tmp_path: Path) -> Path:
    """Two students of the class."""
    for student in ("right", "adds"):
        shutil.copytree(CLASS / student, tmp_path / "class" / student)
    return tmp_path / "class"


def marks(command: str, submitted: Path, course: Path, *arguments: object) -> Ended:
    """Run `autograder marks COMMAND`."""
    return autograder("marks", command, submitted, "--course", course, *arguments)


def final_grade(out: Path, student: str) -> dict[str, Any]:
    """A student's score sheet."""
    content: dict[str, Any] = json.loads(
        (out / "final_grades" / f"{student}.json").read_text(encoding="utf-8")
    )
    return content


# ---------------------------------------------------------------- setting and showing


def test_what_is_set_is_shown(submitted: Path, course: Path) -> None:
    """Marks, a penalty by days and a waiver are lines with author and reason, by student."""
    for student, *words in (
        ("right", "words.essay", "2.5"),
        ("right", "penalty.late", "--days", "2"),
        ("adds", "bonus.poem", "--waive"),
    ):
        ended = marks("set", submitted, course, "--student", student, *words, *BY)
        assert (ended.returncode, ended.stderr) == (0, "")
    assert marks("show", submitted, course).stdout.splitlines() == [
        "adds: bonus.poem: waived (Marta Ruiz: Claro y breve.)",
        "right: words.essay: 2.5 of 6 (Marta Ruiz: Claro y breve.)",
        "right: penalty.late: applied, days late: 2 (Marta Ruiz: Claro y breve.)",
    ]
    assert marks("show", submitted, course, "--student", "adds").stdout.count("\n") == 1


def test_a_later_mark_replaces_an_earlier_one_and_can_be_cleared(
    submitted: Path, course: Path
) -> None:
    """Of two marks for one criterion the later stands; cleared, none does, and the file can still
    be read.
    """
    of_right = ("--student", "right", "words.essay")
    for points in ("2", "1/3"):
        assert marks("set", submitted, course, *of_right, points, *BY).returncode == 0
    assert marks("show", submitted, course).stdout.startswith("right: words.essay: 0.33 of 6")
    assert marks("clear", submitted, course, *of_right).returncode == 0
    assert marks("show", submitted, course).stdout == ""
    assert marks("clear", submitted, course, *of_right).returncode == 2


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("rigth", "words.essay", "1"), "no student 'rigth'; did you mean 'right'?"),
        (
            ("right", "words.esay", "1"),
            "no criterion, bonus or penalty 'words.esay'; did you mean 'words.essay'?",
        ),
        (("right", "words.essay", "7"), "words.essay: POINTS must be from 0 to 6"),
        (("right", "words.essay", "much"), "words.essay: POINTS must be from 0 to 6"),
        (("right", "words.essay"), "words.essay: POINTS must be from 0 to 6"),
        (("right", "words.essay", "1", "--waive"), "words.essay: a criterion takes POINTS"),
        (
            ("right", "bonus.poem", "1"),
            "bonus.poem: its points stand in grading.yml; leave '1' out",
        ),
        (("right", "bonus.poem", "--days", "1"), "right: bonus.poem does not count days"),
        (("right", "penalty.late"), "right: penalty.late counts days, expected 1 or more, got 0"),
        (
            ("right", "penalty.late", "--days", "1", "--waive"),
            "penalty.late: --days or --waive, not both",
        ),
    ],
)
def test_what_cannot_be_set_is_named_and_changes_nothing(
    submitted: Path, course: Path, words: tuple[str, ...], complaint: str
) -> None:
    """A wrong student, id, number or option ends with exit code 2; what was decided before stands
    untouched.
    """
    (submitted / "marks.yml").write_text("adds: {}  # a comment\n", encoding="utf-8")
    ended = marks("set", submitted, course, "--student", *words, *BY)
    assert (ended.returncode, ended.stderr.startswith(complaint)) == (2, True), ended.stderr
    assert (submitted / "marks.yml").read_text(encoding="utf-8") == "adds: {}  # a comment\n"


@pytest.mark.parametrize("missing", ["--author", "--reason"])
def test_a_mark_has_an_author_and_a_reason(submitted: Path, course: Path, missing: str) -> None:
    """Neither may be left out, or be blank."""
    words = [w for pair in zip(BY[::2], BY[1::2], strict=True) if pair[0] != missing for w in pair]
    of_right = ("--student", "right", "words.essay", "1")
    assert marks("set", submitted, course, *of_right, *words).returncode == 2
    assert marks("set", submitted, course, *of_right, *words, missing, " ").returncode == 2
    assert not (submitted / "marks.yml").exists()


# ---------------------------------------------------------------- grading with marks


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
    assert ended.stdout.count("(as before)") == 2  # one for each student's tensors
    after = written(out)
    assert {n for n in before if n.startswith("results/") and before[n] != after[n]} == set()
    found = {c["id"]: c for c in final_grade(out, "right")["criteria"]}
    assert (found["words.essay"]["earned"], found["words.essay"]["found_exact"]) == (2.5, None)
    assert (found["code.double"]["earned"], found["code.double"]["found_exact"]) == (1, "4")
    assert found["code.double"]["mark"] == {"author": "Marta Ruiz", "reason": "Claro y breve."}
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
    """Graded alone with the class's file, a student gets their own marks, and nobody else appears."""
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
    grade(submitted, tmp_path / "never", course=course)
    marks("set", submitted, course, "--student", "right", "words.essay", "3", *BY)
    grade(submitted, tmp_path / "out", course=course)
    (submitted / "marks.yml").unlink()
    grade(submitted, tmp_path / "out", course=course)
    assert written(tmp_path / "out") == written(tmp_path / "never")


def test_final_grades_are_the_same_bytes_each_time() -> None:
    """Two runs over the same class give the same score sheets."""
    _, first = graded_class()
    _, second = graded_class("--jobs", "1")
    sheets = {
        name: text for name, text in written(first).items() if name.startswith("final_grades/")
    }
    assert sheets == {name: written(second)[name] for name in sheets} != {}
