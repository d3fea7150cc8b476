"""The sample class: what `make demo` shows is what examples/expected.csv says, line by line."""

from __future__ import annotations

import base64
import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support import hidden_data
from tests.support.command_line import REPOSITORY, Ended, autograder, result

EXAMPLES = REPOSITORY / "examples"
SECONDS = 1800.0  # the whole class, on a busy machine
IN_ENGLISH = ("fernando", "hugo")  # a notebook, and code that is wrong in many ways
ASSIGNMENTS_IN_ENGLISH = ("residual_block", "concepts")

Row = dict[str, str]
Out = Path


def _rows() -> list[Row]:
    with (EXAMPLES / "expected.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


EXPECTED = {row["student"]: row for row in _rows()}
MARKS = yaml.safe_load((EXAMPLES / "submitted" / "marks.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Yield the class with checkpoints, and the data; delete this large copy at the end."""
    folder = tmp_path_factory.mktemp("demo")
    make = [sys.executable, EXAMPLES / "make.py", folder]
    subprocess.run(make, check=True, capture_output=True, timeout=SECONDS, cwd=REPOSITORY)
    yield folder
    shutil.rmtree(folder)


def graded(made: Path, lang: str, *options: object) -> tuple[Ended, Out]:
    """Run the command of `make demo` in a language."""
    out = made / f"out-{lang}"
    command = [
        "grade",
        made / "submitted",
        "--data",
        made / "data",
        "--out",
        out,
        "--allow-sandbox",
        "C",
    ]
    return autograder(*command, "--lang", lang, *options, seconds=SECONDS), out


@pytest.fixture(scope="module")
def spanish(made: Path) -> tuple[Ended, Out]:
    """Grade the class as `make demo` does."""
    return graded(made, "es")


@pytest.fixture(scope="module")
def out(spanish: tuple[Ended, Out]) -> Out:
    """Return the folder that grading the class wrote."""
    return spanish[1]


def final_grade(out: Out, student: str) -> dict[str, Any]:
    """Return a student's score sheet."""
    content: dict[str, Any] = json.loads(
        (out / "final_grades" / f"{student}.json").read_text("utf-8")
    )
    return content


def words(values: list[str]) -> str:
    """Return these values as a cell of the table."""
    return " ".join(sorted(values))


# ---------------------------------------------------------------- the whole class


def test_the_class_is_graded_without_a_fault(spanish: tuple[Ended, Out]) -> None:
    """Grading ends well, and says nothing on stderr."""
    ended, _ = spanish
    assert (ended.returncode, ended.stderr) == (0, "")


def test_the_table_names_every_student(made: Path) -> None:
    """The table of what is expected has a row for each folder of the class."""
    assert sorted(EXPECTED) == sorted(p.name for p in (made / "submitted").iterdir() if p.is_dir())


def test_every_hand_in_has_a_sheet(made: Path, out: Out) -> None:
    """Whatever was handed in has a result, and none of them needs a review."""
    folders = sorted(
        (p.parent.name, p.name) for p in (made / "submitted").glob("*/*") if p.is_dir()
    )
    sheets = [result(out, student, assignment) for student, assignment in folders]
    assert {sheet["status"] for sheet in sheets} == {"graded", "needs_manual"}
    assert len(folders) == len(list((out / "results").glob("*/*.json")))


@pytest.mark.parametrize("student", EXPECTED)
def test_a_student_stands_where_the_table_says(out: Out, student: str) -> None:
    """Verdict, points of each category, total and what waits are those of the table, to the last
    digit.
    """
    sheet, row = final_grade(out, student), EXPECTED[student]
    points = {category["id"]: str(category["earned"]) for category in sheet["categories"]}
    points |= {"total": str(sheet["total"]), "waiting": sheet["waiting_exact"]}
    assert sheet["verdict"] == row["verdict"]
    assert {key: row[key] for key in points} == points


@pytest.mark.parametrize("student", EXPECTED)
def test_bonuses_and_penalties_are_those_of_the_table(out: Out, student: str) -> None:
    """Each bonus and penalty that counts is in the table, and nobody gets another."""
    applied = [a["id"] for a in final_grade(out, student)["adjustments"] if a["applied"]]
    assert words(applied) == EXPECTED[student]["adjustments"]


@pytest.mark.parametrize("student", EXPECTED)
def test_the_measured_accuracy_is_that_of_the_table(out: Out, student: str) -> None:
    """As many test images come out right as the checkpoint was made for; none where there is no
    checkpoint.
    """
    measurement = final_grade(out, student)["measurement"]
    right = "" if measurement is None else f"{measurement['correct']}/{measurement['n']}"
    assert right == EXPECTED[student]["right"]


@pytest.mark.parametrize("student", sorted(MARKS))
def test_every_decision_of_a_person_is_in_the_report(out: Out, student: str) -> None:
    """A student reads who decided, and why."""
    report = (out / "reports" / f"{student}.html").read_text(encoding="utf-8")
    decided = [entry for group in MARKS[student].values() for entry in group.values()]
    shown = report.replace("&#39;", "'").replace("&#34;", '"')
    assert [
        e["reason"] for e in decided if e["reason"] not in shown or e["author"] not in shown
    ] == []


# ---------------------------------------------------------------- what single students show


def test_the_total_stops_at_100(out: Out) -> None:
    """Ana's bonuses are worth more than what is left up to 100."""
    sheet = final_grade(out, "ana")
    categories = sum(Fraction(category["earned_exact"]) for category in sheet["categories"])
    assert categories < 100
    assert sheet["total_exact"] == "100"


def test_enough_points_in_all_are_not_enough(out: Out) -> None:
    """Ines has more than 70 points, and fails for a category in which she has too few."""
    sheet = final_grade(out, "ines")
    assert Fraction(sheet["total_exact"]) > Fraction(sheet["pass_total_exact"])
    assert [category["id"] for category in sheet["categories"] if category["met"] is False] == [
        "product"
    ]
    assert sheet["verdict"] == "failed"


def test_one_model_of_two_students_is_told_to_staff_alone(out: Out) -> None:
    """Javier handed in Carla's model: the page of the class says so, and no student reads it."""
    signatures = [
        final_grade(out, student)["measurement"]["signature"]
        for student in ("carla", "javier", "lucia")
    ]
    assert signatures[0] == signatures[1] != signatures[2]
    assert "carla, javier" in (out / "index.html").read_text(encoding="utf-8")
    assert "carla" not in (out / "reports" / "javier.html").read_text(encoding="utf-8").lower()


def test_a_claim_that_is_not_true_is_told(out: Out) -> None:
    """Ines claims more than is measured: she reads both figures, and staff read a note."""
    sheet = result(out, "ines", "flower_classifier")
    messages = " ".join(
        c["message"] for criterion in sheet["criteria"] for c in criterion["checks"]
    )
    assert "95,67\u00a0%" in messages
    assert "86,67\u00a0%" in messages
    # The accuracy on some images of training may be told, too: a draw decides which.
    assert {note["check"] for note in sheet["notes"]} == {"test_claims_agree_with_the_model"}
    assert any("95,67\u00a0%" in note["text"] for note in sheet["notes"])


def test_a_penalty_that_was_waived_costs_nothing(out: Out) -> None:
    """Elena's augmentation is where the harness did not look: a person took the penalty back."""
    found = {a["id"]: a for a in final_grade(out, "elena")["adjustments"]}[
        "penalty.no_augmentation"
    ]
    assert found["waiver"]["author"] == "Marta Ruiz"
    assert (found["applied"], found["points_exact"]) == (False, "0")


def test_a_broken_cell_costs_nothing(out: Out) -> None:
    """Fernando's first notebook has a cell that raises; what the others define earns everything."""
    sheet = result(out, "fernando", "residual_block")
    assert sheet["findings"] != []
    assert sheet["earned"] == sheet["possible"]


def test_a_file_by_another_name_is_named(out: Out) -> None:
    """Lucia reads which of her files was taken."""
    findings = result(out, "lucia", "residual_block")["findings"]
    assert findings[0]["message"] == "bloques.py se tomó como residual_block.py."


# ---------------------------------------------------------------- what is hidden in data


def test_nothing_that_is_written_tells_hidden_data(made: Path, out: Out) -> None:
    """No file of OUT holds labels of test images in a row, or a piece of a test image."""
    labels = hidden_data.labels_of(made / "data")
    images = sorted((made / "data" / "flowers-102" / "jpg").iterdir())[
        :: max(1, len(labels[0]) // 40)
    ]
    pieces = [piece for image in images for piece in hidden_data.pieces_of(image)]
    files = [path for path in out.rglob("*") if path.is_file()]
    assert files
    for content in (path.read_bytes() for path in files):
        assert not hidden_data.tells_labels(content.decode("utf-8", "replace"), labels)
        assert not any(piece in content for piece in pieces)


def test_labels_and_images_would_be_found(made: Path) -> None:
    """Labels are found whatever stands between them, images in base64 too."""
    labels = hidden_data.labels_of(made / "data")
    varied = next(
        i for i in range(len(labels[1])) if len(set(labels[1][i : i + hidden_data.WINDOW])) > 2
    )
    told = " | ".join(map(str, labels[1][varied : varied + hidden_data.WINDOW]))
    assert hidden_data.tells_labels(f"<td>7</td> {told}", labels)
    assert not hidden_data.tells_labels("1 2 3", labels)
    image = next((made / "data" / "flowers-102" / "jpg").iterdir())
    page = b"data:image/jpeg;base64," + base64.b64encode(image.read_bytes())
    assert any(piece in page for piece in hidden_data.pieces_of(image))


# ---------------------------------------------------------------- in English


def test_points_are_the_same_in_english(made: Path, out: Out) -> None:
    """In another language the same hand-ins get the same outcomes and other sentences."""
    chosen = [word for student in IN_ENGLISH for word in ("--student", student)]
    chosen += [word for name in ASSIGNMENTS_IN_ENGLISH for word in ("--assignment", name)]
    ended, english = graded(made, "en", *chosen)
    assert (ended.returncode, ended.stderr) == (0, "")
    for student, assignment in product(IN_ENGLISH, ASSIGNMENTS_IN_ENGLISH):
        sheets = [result(folder, student, assignment)["criteria"] for folder in (out, english)]
        figures = [
            [(c["id"], c["earned_exact"], [k["outcome"] for k in c["checks"]]) for c in sheet]
            for sheet in sheets
        ]
        assert figures[0] == figures[1]
        assert sheets[0] != sheets[1]
