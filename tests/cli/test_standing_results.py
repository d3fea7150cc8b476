"""A run over what stands: nothing is graded, imported or written twice."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.grading.cache.index import INDEX_FILE
from tests.support.command_line import environment, grade, written
from tests.support.places import CASES, REPOSITORY

COURSE = CASES / "partial_course"
STUDENTS = ("ana", "leo", "mia")
# Runs `autograder` with its arguments, and ends in an error where it imported torch.
WITHOUT_TORCH = """
import sys
from autograder.cli import main
main(sys.argv[1:], standalone_mode=False)
sys.exit("torch" in sys.modules)
"""
MARK = """ana:
  criteria:
    words.two: {points: 1, author: Eva, reason: Read it.}
"""


@pytest.fixture
def submitted(tmp_path: Path) -> Path:
    """Return the folder of a class of three."""
    for student in STUDENTS:
        for assignment in ("one", "two"):
            path = tmp_path / "class" / student / assignment / f"{assignment}.txt"
            path.parent.mkdir(parents=True)
            path.write_text(assignment if student != "mia" else "none")
    return tmp_path / "class"


def states(out: Path) -> dict[str, int]:
    """Return when each file of results and reports was written, in ns."""
    return {name: (out / name).stat().st_mtime_ns for name in written(out)}


def rewritten(out: Path, before: dict[str, int]) -> list[str]:
    """Return the names of the files that were written again since."""
    return sorted(name for name, state in states(out).items() if state != before.get(name))


def pages_of(student: str) -> list[str]:
    """Return the files that show a student's grade."""
    return [
        f"final_grades/{student}.json",
        f"reports/{student}.html",
        f"staff/{student}.html",
    ]


def test_a_run_over_what_stands_writes_nothing(submitted: Path, tmp_path: Path) -> None:
    """The second run reuses every result, leaves every page, and says of the class the same."""
    out = tmp_path / "out"
    first = grade(submitted, out, course=COURSE)
    before = states(out)
    second = grade(submitted, out, course=COURSE)
    assert rewritten(out, before) == []
    assert second.stdout.count("(as before)") == 6
    assert second.stdout.split("(as before)\n")[-1] in first.stdout


def test_a_run_over_what_stands_imports_no_torch(submitted: Path, tmp_path: Path) -> None:
    """Torch is imported for what is to be graded, and for nothing else."""
    out = tmp_path / "out"
    grade(submitted, out, course=COURSE)
    ended = subprocess.run(
        [
            *(sys.executable, "-c", WITHOUT_TORCH, "grade", str(submitted)),
            *("--out", str(out), "--course", str(COURSE)),
        ],
        cwd=REPOSITORY,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_one_changed_hand_in_is_graded_alone(submitted: Path, tmp_path: Path) -> None:
    """Its result and pages are written again, and the page of the class."""
    out = tmp_path / "out"
    grade(submitted, out, course=COURSE)
    before = states(out)
    (submitted / "mia/two/two.txt").write_text("nothing")
    ended = grade(submitted, out, course=COURSE)
    assert ended.stdout.count("(as before)") == 5
    assert rewritten(out, before) == sorted(
        [
            *("attempts/mia.json", "results/mia/two.json", "index.html", "scores.csv"),
            *pages_of("mia"),
        ]
    )


def test_a_mark_writes_the_pages_of_its_student(submitted: Path, tmp_path: Path) -> None:
    """A decision grades nothing; the pages of others stay as they are."""
    out = tmp_path / "out"
    grade(submitted, out, course=COURSE)
    before = states(out)
    (submitted / "marks.yml").write_text(MARK)
    grade(submitted, out, course=COURSE)
    assert rewritten(out, before) == sorted(
        [*pages_of("ana"), "attempts/ana.json", "index.html", "scores.csv", "marks.yml"]
    )


@pytest.mark.parametrize("name", ["reports/leo.html", "final_grades/leo.json", "index.html"])
def test_a_page_that_is_gone_or_changed_is_written_again(
    submitted: Path, tmp_path: Path, name: str
) -> None:
    """Whatever happened to a page, a run ends with the one that belongs there."""
    out = tmp_path / "out"
    grade(submitted, out, course=COURSE)
    content = written(out)
    (out / name).unlink()
    grade(submitted, out, course=COURSE)
    assert written(out) == content
    (out / name).write_text("<p>changed</p>")
    grade(submitted, out, course=COURSE)
    assert written(out) == content


@pytest.mark.parametrize("damage", ["", "{}", '{"results": 5}'])
def test_without_its_index_a_run_ends_the_same(
    submitted: Path, tmp_path: Path, damage: str
) -> None:
    """The index saves time and decides nothing."""
    out = tmp_path / "out"
    grade(submitted, out, course=COURSE)
    content = written(out)
    (out / INDEX_FILE).write_text(damage)
    grade(submitted, out, course=COURSE)
    assert written(out) == content


def test_a_damaged_result_is_graded_again(submitted: Path, tmp_path: Path) -> None:
    """A result that was sound, and was changed by hand, does not count as sound."""
    out = tmp_path / "out"
    grade(submitted, out, course=COURSE)
    content = written(out)
    result = out / "results/leo/one.json"
    result.write_text(result.read_text().replace('"earned_exact": "', '"earned_exact": "9', 1))
    grade(submitted, out, course=COURSE)
    assert written(out) == content
