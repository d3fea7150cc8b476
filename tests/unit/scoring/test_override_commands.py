"""`autograder marks`: what is set, shown and refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.command_line import CLASS, TINY, Ended
from tests.support.in_process import autograder

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
    """Return a copy of the tiny course, with a bonus and a penalty."""
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
