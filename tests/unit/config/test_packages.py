"""The packages of a course: one list, printed in handouts, held against this machine."""

from __future__ import annotations

import shutil
from importlib.metadata import version
from pathlib import Path

import pytest

from autograder.config.course import load_course
from autograder.config.packages import lack_of
from autograder.model import Course
from autograder.release.contents import criteria_page, packages_sentence
from autograder.text.sentences import LANGS
from tests.support.command_line import CLASS, TINY
from tests.support.in_process import autograder
from tests.support.places import REPOSITORY

HANDOUTS = {"es": "README.md", "en": "README.en.md"}


@pytest.fixture(scope="module")
def course() -> Course:
    """Return the course of this repository."""
    return load_course(REPOSITORY)


def listing(folder: Path, *packages: str) -> Path:
    """Return a copy of the tiny course with a list of packages."""
    course = Path(shutil.copytree(TINY, folder / "course"))
    file = course / "grading.yml"
    entries = "".join(f"  - {package}\n" for package in packages)
    file.write_text(file.read_text(encoding="utf-8") + f"\npackages:\n{entries}", encoding="utf-8")
    return course


def test_the_list_names_distribution_range_and_module(course: Course) -> None:
    """A package is asked for as pip knows it, and imported by its own name or that of `as`."""
    found = {p.module: p.requirement for p in course.packages}
    assert (found["timm"], found["PIL"]) == ("timm>=1.0", "pillow>=10")


def test_this_machine_has_what_the_course_lists(course: Course) -> None:
    """The plain install brings every package of the list, recent enough."""
    assert [lack for package in course.packages if (lack := lack_of(package))] == []


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    "assignment_id", ["residual_block", "transfer_learning", "fine_tuning", "flower_classifier"]
)
def test_handout_and_criteria_print_the_list(course: Course, assignment_id: str, lang: str) -> None:
    """What an assignment's code may import stands in its handout and criteria as grading.yml has
    it.
    """
    assignment = course.assignment(assignment_id)
    assert lang in HANDOUTS
    sentence = packages_sentence(assignment, course.packages, lang)  # type: ignore[arg-type]
    handout = (assignment.root / HANDOUTS[lang]).read_text(encoding="utf-8")
    assert sentence in " ".join(handout.split())
    assert sentence in criteria_page(assignment, lang, frozenset(), course.packages)  # type: ignore[arg-type]


def test_what_an_assignment_hides_is_not_promised(course: Course) -> None:
    """A hidden package is left out of the assignment's list, and an assignment without code has
    none.
    """
    assert "torchvision" not in packages_sentence(
        course.assignment("residual_block"), course.packages, "en"
    )
    assert packages_sentence(course.assignment("concepts"), course.packages, "en") == ""


def test_nobody_is_graded_where_a_package_is_missing_or_too_old(tmp_path: Path) -> None:
    """`grade` stops before it grades: a line for each package, and how to install them."""
    course = listing(tmp_path, "torch", "numpy>=9999", "no-such-thing>=1.0")
    ended = autograder("grade", CLASS, "--out", tmp_path / "out", "--course", course)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        f"grading.yml: packages: numpy {version('numpy')} is installed; expected numpy>=9999\n"
        "grading.yml: packages: no-such-thing is not installed\n"
        "nobody was graded; install what is missing: "
        "python -m pip install 'numpy>=9999' 'no-such-thing>=1.0'\n"
    )
    assert not (tmp_path / "out").exists()
