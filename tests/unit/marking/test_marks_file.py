"""The file of marks under its lock, and what people do with a criterion."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from autograder.cli.gradebook import _additions
from autograder.errors import CourseError, HostError
from autograder.marking.marks_file import MarksFile, marks_file
from autograder.model import Decisions, Mark
from autograder.scoring.overrides import decide
from tests.support.command_line import Ended
from tests.support.in_process import autograder
from tests.support.marked_class import MarkedClass, marked_class

BY = ("--author", "Marta Ruiz", "--reason", "Claro.")


@pytest.fixture
def made(tmp_path: Path) -> MarkedClass:
    """Two students whose essays wait."""
    return marked_class(tmp_path)


@pytest.fixture
def file(made: MarkedClass) -> MarksFile:
    """Return the file of marks of the class."""
    return marks_file(made.course, made.submitted, None)


def mark(points: int, author: str = "Eva", criterion: str = "words.essay") -> Mark:
    """Return a mark."""
    return Mark(criterion=criterion, points=Fraction(points), author=author, reason="Bien.")


def marks(command: str, made: MarkedClass, *words: object) -> Ended:
    """Run `autograder marks COMMAND` for ana."""
    course = ("--course", made.course.root, "--student", "ana")
    return autograder("marks", command, made.submitted, *course, *words)


# ---------------------------------------------------------------- the lock


def test_changes_at_once_lose_nothing(file: MarksFile, made: MarkedClass) -> None:
    """Sixteen writers that each add their own mark are all in the file."""
    students = [f"student_{number}" for number in range(16)]
    for student in students:
        (made.submitted / student).mkdir()

    def write(student: str) -> None:
        own = marks_file(made.course, made.submitted, None)
        own.change(student, lambda decisions: decide(decisions, mark(1, student)))

    with ThreadPoolExecutor(16) as writers:
        list(writers.map(write, students))
    assert sorted(file.read()) == sorted(students)


def test_a_change_that_does_not_hold_writes_nothing(file: MarksFile) -> None:
    """Of several changes that go together none is written where one is wrong."""
    with pytest.raises(CourseError, match="takes from 0 to 6 points"):
        file.change_several(
            {
                "ana": lambda decisions: decide(decisions, mark(1)),
                "bo": lambda decisions: decide(decisions, mark(7)),
            }
        )
    assert not file.path.exists()


def test_the_lock_is_no_students_folder(file: MarksFile, made: MarkedClass) -> None:
    """What the lock leaves beside the file is hidden, and is taken for no hand-in."""
    file.change("ana", lambda decisions: decide(decisions, mark(1)))
    assert {path.name for path in made.submitted.iterdir() if path.is_dir()} == {"ana", "bo"}
    assert (made.submitted / ".marks.yml.lock").stat().st_size == 0


def test_a_folder_that_cannot_be_written_is_named(made: MarkedClass, tmp_path: Path) -> None:
    """The error says what to do."""
    file = marks_file(made.course, made.submitted, tmp_path / "nowhere" / "marks.yml")
    with pytest.raises(HostError, match="choose another file with --marks"):
        file.change("ana", lambda decisions: decide(decisions, mark(1)))


def test_a_sync_adds_to_what_was_written_meanwhile(file: MarksFile) -> None:
    """Marks from formgrader go beside those that another person gave while the sync ran."""
    file.change("ana", lambda decisions: decide(decisions, mark(5, "Eva")))
    new = [("ana", mark(2, "formgrader")), ("ana", mark(1, "formgrader", "code.total"))]
    decided = file.change_several(_additions(new))
    authors = {each.criterion: each.author for each in decided["ana"].marks}
    assert authors == {"words.essay": "Eva", "code.total": "formgrader"}


# ---------------------------------------------------------------- overruling


def test_overruled_checks_give_the_points_that_follow(made: MarkedClass) -> None:
    """One after the other, with both reasons; `clear` takes them back."""
    out = ("--out", made.out)
    ended = marks("overrule", made, "test_value", *out, *BY)
    assert ended.stdout == (
        "ana: code.double: 4 of 4, overruled: test_value (Marta Ruiz: Claro.)\n"
    )
    ended = marks("overrule", made, "test_shape", *out, *BY[:2], "--reason", "No lo es.")
    assert (
        "2 of 4, overruled: test_value, test_shape (Marta Ruiz: Claro. No lo es.)" in ended.stdout
    )
    again = marks("show", made)
    assert again.stdout == ended.stdout
    assert marks("clear", made, "code.double").returncode == 0
    assert marks("show", made).stdout == ""


@pytest.mark.parametrize(
    ("check", "complaint"),
    [
        ("test_valeu", "no check 'test_valeu' in the results of this student; did you mean"),
        ("test_value", "Eva has given its points already; clear that mark first"),
    ],
)
def test_what_cannot_be_overruled_is_named(
    made: MarkedClass, file: MarksFile, check: str, complaint: str
) -> None:
    """An unknown check, and one of a criterion that a person has decided."""
    file.change("ana", lambda decisions: decide(decisions, mark(1, "Eva", "code.double")))
    before = file.path.read_bytes()
    ended = marks("overrule", made, check, "--out", made.out, *BY)
    assert (ended.returncode, complaint in ended.stderr) == (2, True), ended.stderr
    assert file.path.read_bytes() == before


# ---------------------------------------------------------------- appeals


def test_an_appeal_is_recorded_answered_and_cleared(made: MarkedClass) -> None:
    """An answer may give points; clearing the appeal leaves them."""
    asked = marks("appeal", made, "code.double", "--asks", "Sí es el doble.")
    assert asked.stdout == ("ana: code.double: appeal 'Sí es el doble.' waits for an answer\n")
    ended = marks("answer", made, "code.double", "3", *BY)
    assert ended.stdout.splitlines() == [
        "ana: code.double: 3 of 4 (Marta Ruiz: Claro.)",
        "ana: code.double: appeal 'Sí es el doble.' answered (Marta Ruiz: Claro.)",
    ]
    assert marks("clear", made, "code.double", "--appeal").returncode == 0
    assert marks("show", made).stdout == "ana: code.double: 3 of 4 (Marta Ruiz: Claro.)\n"


def test_without_an_appeal_nothing_is_answered(made: MarkedClass) -> None:
    """The error says how to record one."""
    ended = marks("answer", made, "code.double", *BY)
    assert (ended.returncode, "record it with `autograder marks appeal`" in ended.stderr) == (
        2,
        True,
    )
    assert marks("appeal", made, "code.double", "--asks", " ").returncode == 2
    assert not made.marks.exists()


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ("{author: M, reason: R}", "asks"),
        ("{asks: x, author: M}", "give both, or neither while it waits"),
    ],
)
def test_an_appeal_in_the_file_is_read_strictly(
    file: MarksFile, entry: str, complaint: str
) -> None:
    """What is asked has to be there; an answer has an author and a reason, or is not there."""
    file.path.write_text(f"ana:\n  appeals:\n    words.essay: {entry}\n", encoding="utf-8")
    with pytest.raises(CourseError) as caught:
        file.read()
    assert complaint in str(caught.value)


def test_every_decision_survives_writing_and_reading(file: MarksFile) -> None:
    """Overruled checks and appeals are read back as they were written."""
    marked = Mark(
        criterion="code.double",
        points=Fraction(4),
        author="Eva",
        reason="Bien.",
        overrules=("test_value",),
    )
    decided = file.change("ana", lambda decisions: decide(decisions, marked))
    assert file.read() == decided
    content = yaml.safe_load(file.path.read_text(encoding="utf-8"))
    assert content["ana"]["criteria"]["code.double"]["overrules"] == ["test_value"]
    file.change("ana", lambda _: Decisions())
    assert file.read() == {}
