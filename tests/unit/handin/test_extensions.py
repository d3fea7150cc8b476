"""Extensions that an instructor grants in extensions.yml: who, what, until when, and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.config.course import load_course
from autograder.handin.collect.lateness import lateness_by_student
from autograder.handin.collect.ledger import read_ledger, settled, write_ledger
from autograder.model import Course
from tests.support.command_line import Ended
from tests.support.in_process import autograder
from tests.unit.handin.test_collect import COURSE, collect
from tests.unit.handin.test_collect_again import DUE, graded, hand_in, settle

ASSIGNMENTS = ("two_sums", "halves")
ROSTER = "id,section,group\nana,A,Lab 1\neva,B,Lab 1\nleo,B,\n"


def grant(folder: Path, *entries: str) -> None:
    """Write extensions.yml beside what was collected."""
    text = "".join(f"- {{{entry}}}\n" for entry in entries)
    (folder / "into" / "extensions.yml").write_text(text, encoding="utf-8")


@pytest.fixture
def late(tmp_path: Path) -> Path:
    """Return a folder in which ana was in time once and late once, and leo late."""
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    hand_in(tmp_path, "x = 1\n", "2026-12-01 10:00:00")
    hand_in(tmp_path, "x = 2\n", "2026-12-09 10:00:00")
    hand_in(tmp_path, "x = 3\n", "2026-12-09 10:00:00", "leo")
    assert collect(tmp_path, "inbound", *DUE).returncode == 0
    return tmp_path


def test_an_extension_changes_which_attempt_is_graded(late: Path) -> None:
    """With a later deadline the attempt before it counts, and others keep theirs."""
    assert graded(late) == "x = 1\n"
    grant(late, "who: ana, what: two_sums, until: 2026-12-10T00:00Z, why: illness")
    assert "ana: two_sums: attempt 2 is graded now, instead of 1" in settle(late).stdout
    assert graded(late) == "x = 2\n"


def test_an_extension_that_is_taken_back_counts_no_more(late: Path) -> None:
    """collected.yml does not keep what extensions.yml grants."""
    grant(late, "who: ana, what: two_sums, until: 2026-12-10T00:00Z, why: illness")
    settle(late)
    (late / "into" / "extensions.yml").unlink()
    settle(late)
    assert graded(late) == "x = 1\n"


def test_a_deadline_that_is_granted_counts_for_lateness_and_in_the_copy_of_out(late: Path) -> None:
    """Who hands in before it is not late; the copy in OUT states it without the other file."""
    grant(late, "who: [leo], what: all, until: '2026-12-10 00:00 UTC', why: a move")
    settle(late)
    ledger = read_ledger(late / "into" / "collected.yml", ASSIGNMENTS)
    assert "leo" not in lateness_by_student(ledger, course(), "en")
    write_ledger(late / "copy.yml", settled(ledger))
    copied = read_ledger(late / "copy.yml", ASSIGNMENTS)
    assert copied.due("leo", "two_sums") == ledger.due("leo", "two_sums")
    assert copied.due("leo", "halves") is not None


def test_grading_waits_until_the_attempt_that_counts_is_there(late: Path) -> None:
    """An extension that asks for another attempt is a line that says how to take it."""
    grant(late, "who: ana, what: two_sums, until: 2026-12-10T00:00Z, why: illness")
    assert_grading_waits(late)
    settle(late)
    (late / "into" / "extensions.yml").unlink()  # what was taken by it does not count any more
    assert_grading_waits(late)


def assert_grading_waits(folder: Path) -> None:
    """Check that `grade` names the hand-in, and the command that settles it."""
    ended = autograder("grade", "into", "--out", "out", "--course", str(COURSE), folder=folder)
    assert (ended.returncode, ended.stdout) == (2, "")
    expected = "another attempt counts now of ana/two_sums; take it with `autograder collect"
    assert expected in ended.stderr


def course() -> Course:
    """Return the course of the cases."""
    return load_course(COURSE)


@pytest.mark.parametrize("who", ["A", "a", "Lab 1", "ana"])
def test_a_section_or_a_group_stands_for_its_students(late: Path, who: str) -> None:
    """Sections and groups come from the list of students; ana is in section A and group Lab 1."""
    assert collect(late, "--students", "roster.csv").returncode == 0
    grant(late, f"who: {who}, what: two_sums, until: 2026-12-10T00:00Z, why: illness")
    ledger = read_ledger(late / "into" / "collected.yml", ASSIGNMENTS)
    assert ledger.due("ana", "two_sums") != ledger.due("leo", "two_sums")


def test_of_two_extensions_the_later_counts(late: Path) -> None:
    """A student in an extended group may have an extension of one's own."""
    grant(
        late,
        "who: ana, what: two_sums, until: 2026-12-20T00:00Z, why: surgery",
        "who: [ana, leo], what: two_sums, until: 2026-12-10T00:00Z, why: a strike",
    )
    ledger = read_ledger(late / "into" / "collected.yml", ASSIGNMENTS)
    days = [ledger.due(student, "two_sums") for student in ("ana", "leo")]
    assert [day.day for day in days if day is not None] == [20, 10]


def test_a_student_without_a_hand_in_may_have_one(late: Path) -> None:
    """Without a list of students, a name that resembles nobody's is somebody who hands in later."""
    grant(late, "who: beatriz, what: halves, until: 2026-12-10T00:00Z, why: illness")
    ledger = read_ledger(late / "into" / "collected.yml", ASSIGNMENTS)
    assert ledger.due("beatriz", "halves") is not None


MISTAKES = {
    "who: anna, what: two_sums, until: 2026-12-10T00:00Z, why: x": "did you mean 'ana'?",
    "who: ana, what: two_sum, until: 2026-12-10T00:00Z, why: x": "did you mean 'two_sums'?",
    "who: ana, what: two_sums, until: 2026-12-10, why: x": "a time with its zone",
    "who: ana, what: two_sums, until: 2026-11-10T00:00Z, why: x": "before the deadline of",
    "who: ana, what: two_sums, until: 2026-12-10T00:00Z": "'why'",
    "who: ana, what: two_sums, until: 2026-12-10T00:00Z, why: ''": "why",
    "who: [], what: two_sums, until: 2026-12-10T00:00Z, why: x": "who",
    "who: ana, what: two_sums, until: 2026-12-10T00:00Z, why: x, how: y": "'how'",
}


@pytest.mark.parametrize("entry", MISTAKES)
def test_a_mistake_names_its_line(late: Path, entry: str) -> None:
    """Each mistake is a line with file, number and what was expected, and nothing is written."""
    grant(late, "who: ana, what: all, until: 2026-12-10T00:00Z, why: x", entry)
    before = (late / "into" / "collected.yml").read_bytes()
    ended = settle(late)
    assert ended.returncode == 2
    line = next(line for line in ended.stderr.splitlines() if MISTAKES[entry] in line)
    assert "extensions.yml:2: " in line
    assert (late / "into" / "collected.yml").read_bytes() == before


@pytest.mark.parametrize("text", ["", "ana: 3\n", "[1", "- ana\n"])
def test_a_file_that_is_no_list_of_extensions_is_named(late: Path, text: str) -> None:
    """Whatever stands in the file, the error says what was expected there."""
    (late / "into" / "extensions.yml").write_text(text, encoding="utf-8")
    ended = autograder("collect", "--into", "into", "--course", str(COURSE), folder=late)
    assert (ended.returncode, "extensions.yml:1" in ended.stderr) == (2, True), ended.stderr


def test_with_a_list_of_students_nobody_else_can_be_named(late: Path) -> None:
    """A name that is in no list of students is a mistake once there is a list."""
    assert collect(late, "--students", "roster.csv").returncode == 0
    grant(late, "who: beatriz, what: halves, until: 2026-12-10T00:00Z, why: illness")
    assert "nobody is called 'beatriz'; name a student, team" in settle(late).stderr


# ---------------------------------------------------------------- sections and groups are kept


def show_marks(folder: Path, group: str) -> Ended:
    """Run `marks show` for a section or group."""
    words = ("marks", "show", "into", "--course", str(COURSE), "--group", group)
    return autograder(*words, folder=folder)


@pytest.mark.parametrize(("group", "shown"), [("A", ["ana"]), ("lab 1", ["ana"]), ("B", ["leo"])])
def test_marks_are_shown_of_a_section_or_group(late: Path, group: str, shown: list[str]) -> None:
    """A later collect without the list remembers who is in which section."""
    assert collect(late, "--students", "roster.csv").returncode == 0
    assert settle(late).returncode == 0
    by = ("--author", "Eva", "--reason", "Sí.", "--course", str(COURSE))
    criterion = next(iter(course().rubric.criteria))
    for student in ("ana", "leo"):
        (late / "into" / student).mkdir(exist_ok=True)  # leo's only hand-in is too late
        words = ("marks", "set", "into", criterion, "1", "--student", student, *by)
        assert autograder(*words, folder=late).returncode == 0
    lines = show_marks(late, group).stdout.splitlines()
    assert [line.split(":")[0] for line in lines] == shown


def test_an_unknown_group_is_named_with_those_that_there_are(late: Path) -> None:
    """The line says which sections and groups the list of students has."""
    assert "give `collect` --students" in show_marks(late, "A").stderr
    collect(late, "--students", "roster.csv")
    ended = show_marks(late, "C")
    assert (ended.returncode, "expected one of A, B, Lab 1" in ended.stderr) == (2, True)
