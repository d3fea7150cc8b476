"""What `grade` makes of what was collected: lateness is found by the harness, explained, and may be
waived.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import Ended, autograder
from tests.support.places import CASES

FORMS = CASES / "form_course"
LATE = (
    "penalties: {penalty.late: {points: -1, days: 3, title: {es: Entrega tardía, "
    "en: Late hand-in}}}\n"
)
BY = ("--author", "Marta Ruiz", "--reason", "Estuvo enferma.")


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class of two, collected and graded: ada came two days late, bea five."""
    folder = tmp_path_factory.mktemp("class")
    course = shutil.copytree(FORMS, folder / "course", ignore=shutil.ignore_patterns("submitted"))
    with (course / "grading.yml").open("a", encoding="utf-8") as file:
        file.write(LATE)
    for student, when in (("ada", "2026-12-03 10:00:00"), ("bea", "2026-12-06 10:00:00")):
        shutil.copytree(
            FORMS / "submitted" / student / "form",
            folder / "inbound" / f"{student}+form+{when} UTC",
        )
    run(
        folder,
        "collect",
        "inbound",
        "--into",
        "collected",
        "--deadline",
        "form=2026-12-01T23:59+01:00",
    )
    grade(folder)
    return folder


def run(folder: Path, *arguments: object) -> Ended:
    """Run a command on the class's course."""
    ended = autograder(*arguments, "--course", "course", folder=folder)
    assert ended.stderr == ""
    return ended


def grade(folder: Path, *arguments: object) -> Ended:
    """Grade what was collected."""
    words = arguments or ("collected",)
    return run(folder, "grade", *words, "--out", "out", "--lang", "en")


def final_grade(folder: Path, student: str) -> dict[str, Any]:
    """A student's score sheet."""
    content: dict[str, Any] = json.loads(
        (folder / "out" / "final_grades" / f"{student}.json").read_text("utf-8")
    )
    return content


def late(folder: Path, student: str) -> dict[str, Any]:
    """The line about lateness in a student's score sheet."""
    return next(
        line for line in final_grade(folder, student)["adjustments"] if line["id"] == "penalty.late"
    )


def test_days_late_are_a_finding_of_the_harness(graded: Path) -> None:
    """The penalty counts the days, and its reason says when it came, who says so, and when it was
    due.
    """
    line = late(graded, "ada")
    assert (line["applied"], line["points"], line["author"]) == (True, -2, "")
    assert line["reason"] == (
        "“Form” came on 2026-12-03 11:00 +01:00 (by nbgrader's exchange); it was due "
        "on 2026-12-01 23:59 +01:00. "
        "2 days late."
    )
    assert "by nbgrader" in (graded / "out" / "reports" / "ada.html").read_text(encoding="utf-8")


def test_what_came_too_late_is_not_graded_and_says_why(graded: Path) -> None:
    """After the last day a hand-in has no result; the student's report says why, and nothing is
    taken besides.
    """
    assert not (graded / "out" / "results" / "bea").exists()
    assert final_grade(graded, "bea")["total"] == 0
    assert late(graded, "bea")["applied"] is False
    page = (graded / "out" / "reports" / "bea.html").read_text(encoding="utf-8")
    assert "Not accepted: “Form” came on 2026-12-06 11:00 +01:00" in page


def test_a_run_over_one_student_keeps_what_is_known_of_times(graded: Path) -> None:
    """Graded alone, from a file, a student's report is still made with when the class's hand-ins
    came.
    """
    before = final_grade(graded, "ada"), final_grade(graded, "bea")
    form = FORMS / "submitted" / "ada" / "form" / "form.txt"
    shutil.copy(form, graded / "form.txt")
    grade(graded, "form.txt", "--assignment", "form", "--student", "eva")
    assert (final_grade(graded, "ada"), final_grade(graded, "bea")) == before


def test_team_mates_are_no_copies_of_each_other(graded: Path, tmp_path: Path) -> None:
    """What a team handed in together is not pointed out, but beside somebody who is not in the
    team.
    """
    shutil.copytree(graded / "course", tmp_path / "course")
    form = FORMS / "submitted" / "ada" / "form"
    shutil.copytree(form, tmp_path / "moodle" / "Team 1_70_assignsubmission_file")
    (tmp_path / "teams.csv").write_text("team,member\nTeam 1,ada\nTeam 1,bea\n", encoding="utf-8")
    run(tmp_path, "collect", "moodle", "--into", "collected", "--team", "teams.csv")
    grade(tmp_path)
    assert "Identical files" not in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "Identical files" not in (tmp_path / "out" / "staff" / "ada.html").read_text(
        encoding="utf-8"
    )
    shutil.copytree(form, tmp_path / "moodle" / "eva_71_assignsubmission_file")
    run(tmp_path, "collect", "moodle", "--into", "collected")
    grade(tmp_path)
    assert "Identical files: ada, bea, eva." in (tmp_path / "out" / "index.html").read_text(
        encoding="utf-8"
    )


def test_a_person_may_waive_it(graded: Path) -> None:
    """Waived in marks.yml the penalty takes nothing, and the report says who waived it and why."""
    run(graded, "marks", "set", "collected", "--student", "ada", "penalty.late", "--waive", *BY)
    grade(graded)
    line = late(graded, "ada")
    assert (line["applied"], line["points"]) == (False, 0)
    assert line["waiver"] == {"author": "Marta Ruiz", "reason": "Estuvo enferma."}


def test_an_extension_lets_it_be_graded(graded: Path) -> None:
    """With a deadline of her own bea's hand-in is graded without a penalty."""
    run(graded, "collect", "--into", "collected", "--extend", "bea/form=2026-12-06T23:59+01:00")
    grade(graded)
    assert (graded / "out" / "results" / "bea" / "form.json").exists()
    assert late(graded, "bea")["applied"] is False
