"""What late attempts cost: days, the attempt that counts, and what is not accepted."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from autograder.config.course import load_course
from autograder.handin.collect import ledger
from autograder.handin.collect.lateness import lateness_by_student
from autograder.model import Course
from tests.support.in_process import autograder
from tests.support.places import CASES

COURSE = CASES / "collected" / "course"
PENALTY = {"penalty.late": {"points": -1, "days": 3, "title": {"es": "Tarde", "en": "Late"}}}
DUE = "2026-12-01T22:00Z"
HAND_INS = (
    ("ana", "two_sums", "2026-12-01 21:00:00"),  # in time
    ("eva", "two_sums", "2026-12-02 21:00:00"),  # one day
    ("eva", "halves", "2026-12-03 21:00:00"),  # two days
    ("leo", "two_sums", "2026-12-09 21:00:00"),  # too late
)


def course_in(folder: Path, rules: dict[str, object]) -> Course:
    """Return the course of the cases with these rules of penalties."""
    shutil.copytree(COURSE, folder)
    rubric = yaml.safe_load((folder / "grading.yml").read_text(encoding="utf-8"))
    rubric.pop("penalties", None)
    rubric |= rules
    text = yaml.safe_dump(rubric, allow_unicode=True, sort_keys=False)
    (folder / "grading.yml").write_text(text, encoding="utf-8")
    return load_course(folder)


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """Return a course whose penalty counts up to three days, with four collected attempts."""
    made = course_in(tmp_path / "course", {"penalties": PENALTY})
    for student, assignment, when in HAND_INS:
        folder = tmp_path / "inbound" / f"{student}+{assignment}+{when} UTC"
        folder.mkdir(parents=True)
        (folder / f"{assignment}.py").write_text("x = 1\n", encoding="utf-8")
    deadlines = [
        word for _, assignment, _ in HAND_INS for word in ("--deadline", f"{assignment}={DUE}")
    ]
    words = ("collect", "inbound", "--into", "into", *deadlines, "--course", "course")
    ended = autograder(*words, folder=tmp_path)
    assert ended.returncode == 0, ended.stderr
    return made


def collected(course: Course) -> ledger.Ledger:
    """Return what was collected."""
    file = course.root.parent / "into" / "collected.yml"
    return ledger.read_ledger(file, tuple(a.id for a in course.assignments))


def test_the_latest_of_several_hand_ins_counts(course: Course) -> None:
    """A student who was late twice loses by the later hand-in, and reads of both."""
    late = lateness_by_student(collected(course), course, "en")
    assert sorted(late) == ["eva", "leo"]
    (adjustment,) = late["eva"].adjustments
    assert (adjustment.id, adjustment.days) == ("penalty.late", 2)
    assert "2026-12-03 21:00" in adjustment.reason
    assert "2026-12-02 21:00" in adjustment.reason
    assert late["eva"].refused == {}


def test_what_is_too_late_is_refused(course: Course) -> None:
    """After the last day nothing is taken off: the attempt is not accepted, for a stated reason."""
    late = lateness_by_student(collected(course), course, "en")["leo"]
    assert late.adjustments == ()
    assert "2026-12-09 21:00" in late.refused["two_sums"]


def test_without_a_penalty_that_counts_days_nothing_is_late(course: Course, tmp_path: Path) -> None:
    """A rubric that does not count days makes nobody late."""
    plain = course_in(tmp_path / "plain", {})
    assert lateness_by_student(collected(course), plain, "en") == {}
