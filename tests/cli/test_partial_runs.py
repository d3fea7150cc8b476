"""A run over a part of the class: what it leaves as it was, what it says of the rest, and what is
never a zero.
"""

from __future__ import annotations

import csv
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from autograder.config.course import load_course
from autograder.grading.handin_status import HandedIn, presence_of
from autograder.handin.collect.ledger import Ledger
from autograder.model import Presence
from autograder.scoring.final_grade import final_grade
from tests.support.command_line import Ended, grade
from tests.support.places import CASES

COURSE = CASES / "partial_course"
HANDED_IN = {
    "ana/one/one.txt": "one",
    "ana/two/two.txt": "two",
    "leo/one/one.txt": "one",
    "leo/two/two.txt": "two",
    "mia/one/one.txt": "one",
    "mia/tow/two.txt": "two",  # misspelt: handed in all the same
}
DUE = "deadlines:\n  one: '2026-01-01T00:00+00:00'\n  two: '2199-01-01T00:00+00:00'\n"
EARLIER = "graded by earlier graders"
WAITING = "handed in, not graded yet"


def class_in(folder: Path) -> Path:
    """Return the folder of a class of three; a fourth handed in one text, a fifth the other."""
    for path, text in {**HANDED_IN, "noa/one/one.txt": "none", "eva/two/two.txt": "two"}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def table(out: Path) -> dict[str, dict[str, str]]:
    """scores.csv, by student."""
    with (out / "scores.csv").open(encoding="utf-8", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def final_grade_in(out: Path, student: str) -> dict[str, Any]:
    """Return a student's score sheet."""
    content: dict[str, Any] = json.loads((out / "final_grades" / f"{student}.json").read_bytes())
    return content


def last_line(ended: Ended) -> str:
    """Return the last line that a run prints."""
    return ended.stdout.rstrip("\n").split("\n")[-1]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Ended, Path]]:
    """One class graded in four ways, one after the other; each with a copy of its OUT."""
    folder = tmp_path_factory.mktemp("runs")
    submitted, course, out = class_in(folder / "class"), folder / "course", folder / "out"
    shutil.copytree(COURSE, course)
    found = {}

    def run(name: str, *options: str) -> None:
        ended = grade(submitted, out, "--jobs", "1", *options, course=course)
        found[name] = ended, shutil.copytree(out, folder / name)

    run("one assignment", "--assignment", "one")
    run("everything")
    words = course / "assignments/two/graders/right/words.py"
    words.write_text(words.read_text() + "# mended\n")
    run("one student", "--student", "ana")
    (submitted / "collected.yml").write_text(DUE)
    run("the other language", "--lang", "en")
    seed = (out / "seed").read_text()
    shutil.rmtree(out)
    run("the other language alone", "--lang", "en", "--seed", seed.strip())
    return found


def test_one_assignment_is_graded_and_the_rest_waits(runs: dict[str, tuple[Ended, Path]]) -> None:
    """What was handed in and not graded is no zero, and is said so; pages are for those with
    results.
    """
    ended, out = runs["one assignment"]
    rows = table(out)
    assert sorted(rows) == ["ana", "leo", "mia", "noa"]
    assert not (out / "reports" / "eva.html").exists()
    assert (rows["ana"]["words.two"], rows["ana"]["two_stage"], rows["ana"]["verdict"]) == (
        "",
        WAITING,
        "pending",
    )
    assert (rows["mia"]["words.two"], rows["mia"]["two_stage"]) == ("", WAITING)
    assert (rows["noa"]["words.two"], rows["noa"]["two_stage"], rows["noa"]["verdict"]) == (
        *("0", "not handed in"),
        "failed",
    )
    assert last_line(ended) == f"{WAITING}: 4 hand-ins; grade the whole class"
    assert (
        "Entregado y aún sin calificar: Segundo texto."
        in (out / "reports" / "ana.html").read_text()
    )


def test_only_what_is_not_there_is_a_zero(runs: dict[str, tuple[Ended, Path]]) -> None:
    """After a run over everybody a misspelt folder still waits, and what is missing is a zero."""
    ended, out = runs["everything"]
    rows = table(out)
    assert {student: row["verdict"] for student, row in rows.items()} == {
        "ana": "passed",
        "leo": "passed",
        "mia": "pending",
        "noa": "failed",
        "eva": "failed",
    }
    assert rows["eva"]["one_stage"] == "not handed in"
    assert ended.returncode == 1  # for the misspelt folder
    assert (
        last_line(ended)
        == f"{WAITING}: 1 hand-in; what cannot be graded is listed above, or is gone"
    )


def test_marks_of_others_stay_and_say_by_whom(runs: dict[str, tuple[Ended, Path]]) -> None:
    """Who is not graded again after a grader was mended keeps the mark, marked so on pages, table
    and sheet.
    """
    ended, out = runs["one student"]
    rows = table(out)
    assert (rows["leo"]["total"], rows["leo"]["verdict"], rows["leo"]["two_stage"]) == (
        "20",
        "passed",
        EARLIER,
    )
    assert (rows["ana"]["total"], rows["ana"]["two_stage"]) == ("20", "graded")
    assert "Calificado por evaluadores anteriores" in (out / "reports" / "leo.html").read_text()
    by_id = {a["assignment"]: a for a in final_grade_in(out, "leo")["assignments"]}
    assert by_id["two"] == {"assignment": "two", "stage": "graded", "by_earlier_graders": True}
    assert ended.returncode == 1
    assert last_line(ended).startswith(f"{EARLIER}: 2 results; {WAITING}: 1 hand-in")


def test_it_says_why_it_grades_again(runs: dict[str, tuple[Ended, Path]]) -> None:
    """A line per cause, with the number of results; a file deep in the graders' folder is one."""
    ended, _ = runs["one student"]
    cause = "assignments/two/graders/right/words.py changed"
    assert f"graded again: {cause} (1 result)\n" in ended.stdout
    assert f"{EARLIER}, since when: {cause} (2 results)\n" in ended.stdout
    assert "ana one: 10 of 10, graded (as before)" in ended.stdout


def test_the_other_language_grades_nothing_again(runs: dict[str, tuple[Ended, Path]]) -> None:
    """What stands is told in English without being graded, sentence by sentence."""
    ended, out = runs["the other language"]
    assert ended.stdout.count("(as before)") == 5  # of seven; two were made by earlier graders
    before = runs["one student"][1]
    assert (out / "results/noa/one.json").read_bytes() == (
        before / "results/noa/one.json"
    ).read_bytes()
    page = (out / "reports" / "noa.html").read_text()
    assert "It says something else in 4 bytes." in page
    assert "Dice otra cosa" not in page


def test_reports_are_those_of_a_run_in_that_language(runs: dict[str, tuple[Ended, Path]]) -> None:
    """Pages, sheets and table are the same bytes as those of a class that was graded in English
    from the start.
    """
    after, alone = (runs[name][1] for name in ("the other language", "the other language alone"))
    files = [
        p
        for folder in ("reports", "staff", "final_grades")
        for p in sorted((alone / folder).iterdir())
    ]
    assert len(files) == 15
    assert [
        p.name for p in files if (after / p.relative_to(alone)).read_bytes() != p.read_bytes()
    ] == []
    assert (after / "scores.csv").read_bytes() == (alone / "scores.csv").read_bytes()


def test_what_is_not_due_is_no_zero(runs: dict[str, tuple[Ended, Path]]) -> None:
    """Before the deadline of `collected.yml` a missing hand-in waits; after it, it is a zero."""
    _, out = runs["the other language"]
    rows = table(out)
    assert (rows["noa"]["words.two"], rows["noa"]["two_stage"], rows["noa"]["verdict"]) == (
        *("", "not due yet"),
        "failed",  # of 20 points 10 are lost already, and 15 are needed
    )
    assert (rows["eva"]["words.one"], rows["eva"]["one_stage"]) == ("0", "not handed in")


def test_one_file_says_nothing_of_the_rest(tmp_path: Path) -> None:
    """Where only one file was looked at, the other assignments are unknown and no zeros."""
    file = class_in(tmp_path / "class") / "ana/one/one.txt"
    out = tmp_path / "out"
    ended = grade(
        file, out, "--assignment", "one", "--student", "ana", "--jobs", "1", course=COURSE
    )
    assert ended.returncode == 0
    assert (table(out)["ana"]["two_stage"], table(out)["ana"]["verdict"]) == (
        "not looked at",
        "pending",
    )


def test_an_unknown_student_stops_the_run(tmp_path: Path) -> None:
    """A slip of the pen in --student is recognised before anything is written."""
    ended = grade(
        class_in(tmp_path / "class"), tmp_path / "out", "--student", "anna", course=COURSE
    )
    assert ended.returncode == 2
    assert ended.stderr.endswith("class: no student 'anna'; did you mean 'ana'?\n")
    assert not (tmp_path / "out").exists()


# ---------------------------------------------------------------- what is known of a student

WEEK = load_course(COURSE)
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def test_an_extension_keeps_an_assignment_open() -> None:
    """A student's own deadline counts, not that of the class."""
    record = Ledger(
        deadlines={"one": NOW - timedelta(days=1)},
        extensions={"ana": {"one": NOW + timedelta(seconds=1)}},
    )
    present = HandedIn(by_student={})
    assert presence_of("ana", WEEK, present, record, NOW) == Presence(not_due=frozenset({"one"}))
    assert presence_of("leo", WEEK, present, record, NOW) == Presence()


@pytest.mark.parametrize(
    ("presence", "stages", "verdict"),
    [
        (Presence(), {"one": "absent", "two": "absent"}, "failed"),
        (Presence(handed_in=frozenset({"one"})), {"one": "handed_in", "two": "absent"}, "pending"),
        (
            Presence(not_due=frozenset({"one", "two"})),
            {"one": "not_due", "two": "not_due"},
            "pending",
        ),
        (Presence(is_known=False), {"one": "unknown", "two": "unknown"}, "pending"),
    ],
)
def test_the_verdict_is_open_until_what_was_handed_in_is_graded(
    presence: Presence, stages: dict[str, str], verdict: str
) -> None:
    """Only what is not handed in decides without a grader."""
    found = final_grade(WEEK, "ana", [], presence=presence)
    assert (dict(found.stages), found.verdict) == (stages, verdict)
