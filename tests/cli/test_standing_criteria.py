"""A run after the graders of one criterion changed: it alone is graded again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import OF_THE_RUN, TINY, Ended, grade
from tests.support.places import CASES

CASE = CASES / "separate_graders"
STUDENTS = sorted(path.name for path in (CASE / "submitted").iterdir())
DOUBLE, TOTAL, MEAN = "code.double", "code.total", "code.mean"
# What is edited, and the criteria that are graded again
EDITS = {"test_double.py": {DOUBLE}, "test_total.py": {TOTAL, MEAN}}  # the mean requires the total


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A copy of the tiny course whose graders are in a file for each criterion."""

    folder: Path

    def edit(self, name: str) -> None:
        """Append a comment to a file of the graders."""
        path = self.folder / "assignments" / "tensors" / "graders" / name
        path.write_text(path.read_text(encoding="utf-8") + "\n# edited\n", encoding="utf-8")

    def grade(self, out: Path, *options: object) -> Ended:
        """Grade the class of the case."""
        words = ("--allow-sandbox", "C", *options)
        return grade(CASE / "submitted", out, *words, course=self.folder)


@pytest.fixture
def course(tmp_path: Path, request: pytest.FixtureRequest) -> Course:
    """Return the course; a parameter is how often student code gets a fresh process."""
    folder = tmp_path / "course"
    shutil.copytree(TINY, folder)
    graders = folder / "assignments" / "tensors" / "graders"
    shutil.rmtree(graders)
    shutil.copytree(CASE / "graders", graders)
    rules = folder / "grading.yml"
    worker = f"    worker: {getattr(request, 'param', 'submission')}\n    limits:"
    text = rules.read_text(encoding="utf-8")
    rules.write_text(text.replace("    limits:", worker, 1), encoding="utf-8")
    return Course(folder=folder)


def files(out: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each file that is the same in every run."""
    for path in sorted(out.rglob("*")):
        name = path.relative_to(out).as_posix()
        if path.is_file() and name not in OF_THE_RUN and not name.startswith("attempts/"):
            yield name, path.read_bytes()


def graded_again(out: Path) -> dict[str, Any]:
    """Return what run.json notes of criteria that were graded again, by hand-in."""
    noted: dict[str, Any] = json.loads((out / "run.json").read_bytes())["graded_again"]
    return noted


@pytest.mark.parametrize("course", ["submission", "criterion"], indirect=True)
def test_the_results_are_those_of_a_full_run(course: Course, tmp_path: Path) -> None:
    """Whatever was edited, and whatever the student's code does, every byte is the same."""
    course.grade(tmp_path / "out")
    seed = (tmp_path / "out" / "seed").read_text().strip()
    for name, criteria in EDITS.items():
        course.edit(name)
        course.grade(tmp_path / "out")
        full = tmp_path / f"full {name}"
        course.grade(full, "--seed", seed)
        assert dict(files(tmp_path / "out")) == dict(files(full)), name
        noted = graded_again(tmp_path / "out")
        assert noted.keys() == {f"{student}/tensors" for student in STUDENTS}, name
        assert all(set(one["criteria"]) == criteria for one in noted.values()), name


def test_the_run_says_which_criterion_it_graded_again(course: Course, tmp_path: Path) -> None:
    """The line of each hand-in names it, run.json notes it with the cause, and others never ran."""
    course.grade(tmp_path / "out")
    course.edit("test_double.py")
    ended = course.grade(tmp_path / "out")
    assert ended.stdout.count("; only code.double again)") == len(STUDENTS)
    changed = "assignments/tensors/graders/test_double.py changed"
    noted = graded_again(tmp_path / "out")["right/tensors"]
    assert noted == {"criteria": ["code.double"], "causes": [changed]}
    times = json.loads((tmp_path / "out" / "run.json").read_bytes())["check_seconds"]["tensors"]
    ran = {check: count for check, (count, *_) in times.items()}
    assert ran["test_double"] == 2 * ran["test_total"]


def test_another_hand_in_is_graded_whole(course: Course, tmp_path: Path) -> None:
    """A student who hands in another file meanwhile gets all criteria graded."""
    submitted = tmp_path / "submitted"
    shutil.copytree(CASE / "submitted", submitted)
    words = ("--allow-sandbox", "C")
    grade(submitted, tmp_path / "out", *words, course=course.folder)
    shutil.copy(submitted / "right/tensors/tensors.py", submitted / "draws/tensors/tensors.py")
    course.edit("test_double.py")
    grade(submitted, tmp_path / "out", *words, course=course.folder)
    assert graded_again(tmp_path / "out").keys() == {
        f"{student}/tensors" for student in STUDENTS if student != "draws"
    }
