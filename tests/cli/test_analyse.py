"""`autograder analyse` and `leaderboard`: files below OUT, words on the terminal, no names."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from jsonschema import validate

from autograder.marking.graded_class import GradedClass
from autograder.marking.marks_file import marks_file
from autograder.report import final_grade_json
from autograder.results import write
from tests.support.command_line import autograder
from tests.support.marked_class import MarkedClass, marked_class
from tests.support.places import REPOSITORY
from tests.support.publishing import seal

STUDENTS = ("zulema", "yolanda", "xavier", "wenceslao")
SCHEMAS = REPOSITORY / "docs" / "reference"


@pytest.fixture
def made(tmp_path: Path) -> MarkedClass:
    """Return a class with results, and its final grades."""
    made = marked_class(tmp_path, STUDENTS)
    graded = GradedClass(made.course, made.out, marks_file(made.course, made.submitted, None))
    graded.refresh()
    for student, final_grade in graded.final_grades.items():
        file = made.out / "final_grades" / f"{student}.json"
        write(file, final_grade_json(made.course, final_grade))
    noted = {
        "submitted": str(made.submitted),
        "seconds": {"zulema/tensors": 0.5},
        "check_seconds": {"tensors": {"test_total": [4, 1.0, 0.5]}},
    }
    write(made.out / "run.json", json.dumps(noted))
    return made


def json_of(path: Path) -> Any:
    """Return the content of a JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_items_of_a_class_are_a_page_and_json_without_names(made: MarkedClass) -> None:
    """Each check and criterion is an item, and no student is named anywhere."""
    ended = autograder("analyse", made.out, "--course", made.course.root, "--lang", "en")
    assert (ended.returncode, ended.stderr) == (0, "")
    items, page = made.out / "analysis" / "items.json", made.out / "analysis" / "items.html"
    content = json_of(items)
    validate(content, json_of(SCHEMAS / "items.schema.json"))
    [tensors] = [each for each in content["assignments"] if each["assignment"] == "tensors"]
    assert (tensors["hand_ins"], tensors["seconds"]) == (len(STUDENTS), [0.5])
    seconds = {item["id"]: item["seconds"] for item in tensors["items"]}
    assert (seconds["test_total"], seconds["test_mean"]) == (0.25, None)
    assert "test_total: nobody failed it: all 4 passed." in ended.stdout
    for text in (ended.stdout, page.read_text("utf-8"), items.read_text("utf-8")):
        assert not any(student in text for student in STUDENTS)


def test_what_verify_knows_is_joined_in(made: MarkedClass, tmp_path: Path) -> None:
    """The kill matrix of the assignment says whether a check that nobody fails has its reason."""
    kills = [{"id": "test_total", "kills": ["wrong/x"], "kills_alone": ["wrong/x"]}]
    matrix = tmp_path / "matrix"
    matrix.mkdir()
    text = json.dumps({"assignment": "tensors", "checks": kills})
    (matrix / "tensors.json").write_text(text, encoding="utf-8")
    arguments = (made.out, "--course", made.course.root, "--matrix", matrix)
    ended = autograder("analyse", *arguments)
    assert "test_total: nobody failed it: all 4 passed. `verify` knows 1 wrong" in ended.stdout


def test_a_folder_without_results_is_refused(made: MarkedClass, tmp_path: Path) -> None:
    """The error says what to name."""
    empty = tmp_path / "empty"
    empty.mkdir()
    ended = autograder("analyse", empty, "--course", made.course.root)
    assert ended.returncode == 2
    assert "no results of this course; name the folder of `grade --out`" in ended.stderr


def test_a_leaderboard_is_off_by_default(made: MarkedClass) -> None:
    """The error says how a course gets one."""
    ended = autograder("leaderboard", made.out, "--course", made.course.root, "--draft")
    assert ended.returncode == 2
    assert "leaderboard: {shows: opted_in}" in ended.stderr
    assert not (made.out / "leaderboard").exists()


def with_leaderboard(made: MarkedClass, shows: str) -> Path:
    """Let the course have a leaderboard, and every student a measured model."""
    rules = made.course.root / "grading.yml"
    text = rules.read_text(encoding="utf-8")
    rules.write_text(f"{text}\nleaderboard: {{shows: {shows}}}\n", encoding="utf-8")
    for number, student in enumerate(STUDENTS):
        file = made.out / "final_grades" / f"{student}.json"
        content = json_of(file)
        correct = 90 - 10 * number
        interval = [correct / 100 - 0.04, correct / 100 + 0.04]
        content["measurement"] = {"correct": correct, "n": 100, "interval": interval}
        file.write_text(json.dumps(content), encoding="utf-8")
    return made.course.root


def test_a_leaderboard_names_nobody(made: MarkedClass) -> None:
    """Page and JSON hold pseudonyms; who is who is in a file for staff."""
    course = with_leaderboard(made, "everyone")
    ended = autograder("leaderboard", made.out, "--course", course, "--draft")
    assert (ended.returncode, ended.stderr) == (0, "")
    folder = made.out / "leaderboard"
    content = json_of(folder / "leaderboard.json")
    validate(content, json_of(SCHEMAS / "leaderboard.schema.json"))
    assert [entry["ranks"] for entry in content["entries"]] == [[1, 1], [2, 2], [3, 3], [4, 4]]
    for file in folder.iterdir():
        assert not any(student in file.read_text("utf-8") for student in STUDENTS)
    table = (made.out / "analysis" / "pseudonyms.csv").read_text("utf-8")
    assert f"zulema,{content['entries'][0]['pseudonym']}\n" in table


def test_only_who_opted_in_is_shown(made: MarkedClass) -> None:
    """The file lies beside the hand-ins, and a mistake in it is named with its line."""
    course = with_leaderboard(made, "opted_in")
    command = ("leaderboard", made.out, "--course", course, "--draft")
    assert "one a line" in autograder(*command).stderr
    file = made.submitted / "opted_in.txt"
    file.write_text("zulema\nxaviera\n", encoding="utf-8")
    wrong = autograder(*command)
    assert wrong.returncode == 2
    assert "opted_in.txt:2: xaviera: no such student has a grade; did you mean" in wrong.stderr
    file.write_text("zulema\nxavier\nyolanda\n", encoding="utf-8")
    assert "3 models shown" in autograder(*command).stdout


def test_students_get_the_published_version(made: MarkedClass) -> None:
    """Without --draft the grades are those of the latest version, whatever changed since."""
    course = with_leaderboard(made, "everyone")
    command = ("leaderboard", made.out, "--course", course)
    refused = autograder(*command)
    assert (refused.returncode, "nothing is published yet" in refused.stderr) == (2, True)
    version = made.out / "published" / "3"
    shutil.copytree(made.out / "final_grades", version / "final_grades")
    seal(version)
    shutil.rmtree(made.out / "final_grades")
    assert autograder(*command).returncode == 0
    assert json_of(made.out / "leaderboard" / "leaderboard.json")["version"] == 3
