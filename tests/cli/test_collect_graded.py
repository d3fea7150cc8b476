"""Grading what was collected: lateness is found, explained, and may be waived."""

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
    "penalties: {penalty.late: {points: -1, days: 3, title: {es: Entrega tardía, en: Late "
    "hand-in}}}\n"
)
BY = ("--author", "Marta Ruiz", "--reason", "Estuvo enferma.")


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Collect and grade a class of two: ada was two days late, bea five."""
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
    """Return a student's final grade."""
    content: dict[str, Any] = json.loads(
        (folder / "out" / "final_grades" / f"{student}.json").read_text("utf-8")
    )
    return content


def late(folder: Path, student: str) -> dict[str, Any]:
    """Return the adjustment for lateness in a student's final grade."""
    return next(
        line for line in final_grade(folder, student)["adjustments"] if line["id"] == "penalty.late"
    )


def test_days_late_are_a_finding_of_the_harness(graded: Path) -> None:
    """The penalty's reason gives the time, its source and the deadline."""
    line = late(graded, "ada")
    assert (line["applied"], line["points"], line["author"]) == (True, -2, "")
    assert line["reason"] == (
        "“Form” came on 2026-12-03 11:00 +01:00 (by nbgrader's exchange); it was due on 2026-12-01 "
        "23:59 +01:00. "
        "2 days late."
    )
    assert "by nbgrader" in (graded / "out" / "reports" / "ada.html").read_text(encoding="utf-8")


def test_what_came_too_late_is_not_graded_and_says_why(graded: Path) -> None:
    """A hand-in after the last day has no result and no penalty; the report says why."""
    assert not (graded / "out" / "results" / "bea").exists()
    assert final_grade(graded, "bea")["total"] == 0
    assert late(graded, "bea")["applied"] is False
    page = (graded / "out" / "reports" / "bea.html").read_text(encoding="utf-8")
    assert "Not accepted: “Form” came on 2026-12-06 11:00 +01:00" in page


def test_a_run_over_one_student_keeps_what_is_known_of_times(graded: Path) -> None:
    """Grading one student's file alone still uses the class's times."""
    before = final_grade(graded, "ada"), final_grade(graded, "bea")
    form = FORMS / "submitted" / "ada" / "form" / "form.txt"
    shutil.copy(form, graded / "form.txt")
    grade(graded, "form.txt", "--assignment", "form", "--student", "eva")
    assert (final_grade(graded, "ada"), final_grade(graded, "bea")) == before


def test_team_mates_are_no_copies_of_each_other(graded: Path, tmp_path: Path) -> None:
    """Equal work within a team is not reported, unlike that of a student outside it."""
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
    """A waived penalty costs nothing, and the report names author and reason."""
    run(graded, "marks", "set", "collected", "--student", "ada", "penalty.late", "--waive", *BY)
    grade(graded)
    line = late(graded, "ada")
    assert (line["applied"], line["points"]) == (False, 0)
    assert line["waiver"] == {"author": "Marta Ruiz", "reason": "Estuvo enferma."}


def test_an_extension_lets_it_be_graded(graded: Path) -> None:
    """A hand-in within its student's extension is graded without a penalty."""
    run(graded, "collect", "--into", "collected", "--extend", "bea/form=2026-12-06T23:59+01:00")
    grade(graded)
    assert (graded / "out" / "results" / "bea" / "form.json").exists()
    assert late(graded, "bea")["applied"] is False


def test_an_extension_takes_the_penalty_back(graded: Path, tmp_path: Path) -> None:
    """Who may hand in later by extensions.yml is not late, and needs no waiver."""
    folder = shutil.copytree(graded, tmp_path / "class")
    (folder / "collected" / "marks.yml").unlink(missing_ok=True)
    entry = "- {who: ada, what: form, until: 2026-12-04T00:00Z, why: illness}\n"
    (folder / "collected" / "extensions.yml").write_text(entry, encoding="utf-8")
    grade(folder)
    line = late(folder, "ada")
    assert (line["applied"], line["reason"]) == (False, "")


def test_sections_are_on_the_page_of_a_class_that_is_graded_already(
    graded: Path, tmp_path: Path
) -> None:
    """A list of students that comes later renews the table and the page, and grades nothing."""
    folder = shutil.copytree(graded, tmp_path / "class")
    (folder / "roster.csv").write_text("id,section\nada,Mañana\nbea,Tarde\n", encoding="utf-8")
    run(folder, "collect", "--into", "collected", "--students", "roster.csv")
    grade(folder)
    assert 'data-place="Mañana"' in (folder / "out" / "index.html").read_text(encoding="utf-8")
    table = (folder / "out" / "scores.csv").read_text(encoding="utf-8").splitlines()
    assert table[0].endswith(",sections,groups")
