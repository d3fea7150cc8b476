"""The leaderboard: stable pseudonyms, ranks with their doubt, and only who is shown."""

from __future__ import annotations

import stat
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from autograder.class_analysis.leaderboard.opted_in import read_opted_in
from autograder.class_analysis.leaderboard.pseudonyms import kept_key, pseudonym_of
from autograder.class_analysis.leaderboard.ranking import LeaderboardEntry, ranking
from autograder.errors import CourseError
from autograder.publishing.grade_files import PublishedGrade
from tests.support.item_classes import grade_of

KEY = bytes(range(32))


def measured(student: str, correct: int, low: float, high: float) -> PublishedGrade:
    """Return a grade with a model that is right on so many of 100 images."""
    measurement = {"correct": correct, "n": 100, "interval": [low, high]}
    grade = grade_of(student, {})
    return replace(grade, content={**grade.content, "measurement": measurement})


def class_of_four() -> list[PublishedGrade]:
    """Return one clear winner, two that cannot be told apart, and one below them."""
    return [
        measured("ana", 95, 0.92, 0.98),
        measured("bo", 80, 0.75, 0.85),
        measured("cy", 82, 0.77, 0.87),
        measured("di", 50, 0.45, 0.55),
    ]


def ranks_of(entries: tuple[LeaderboardEntry, ...]) -> list[tuple[int, int]]:
    """Return the ranks of each entry."""
    return [(entry.best_rank, entry.worst_rank) for entry in entries]


def test_a_pseudonym_is_stable_and_needs_the_key() -> None:
    """The same student and key give the same name; another key gives another one."""
    assert pseudonym_of("ana", KEY) == pseudonym_of("ana", KEY)
    assert pseudonym_of("ana", KEY) != pseudonym_of("ana", bytes(32))
    assert len({pseudonym_of(f"s{n}", KEY) for n in range(2000)}) == 2000
    assert "ana" not in pseudonym_of("ana", KEY).lower()


def test_the_key_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    """It is drawn once, and read again afterwards."""
    file = tmp_path / "out" / "leaderboard.key"
    key = kept_key(file)
    assert kept_key(file) == key
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert kept_key(tmp_path / "other.key") != key


def test_a_damaged_key_is_no_new_key(tmp_path: Path) -> None:
    """Other pseudonyms without a word would mix up who is who."""
    file = tmp_path / "leaderboard.key"
    file.write_text("abc\n", encoding="ascii")
    with pytest.raises(CourseError, match="expected a key of 64 hexadecimal digits"):
        kept_key(file)


def test_intervals_that_overlap_share_their_ranks() -> None:
    """A rank is stated as the range that the intervals leave."""
    entries = ranking(class_of_four(), {"ana", "bo", "cy", "di"}, KEY)
    assert ranks_of(entries) == [(1, 1), (2, 3), (2, 3), (4, 4)]
    assert entries[0].accuracy == Fraction(95, 100)
    assert entries[0].pseudonym == pseudonym_of("ana", KEY)


def test_who_is_not_shown_changes_nothing() -> None:
    """A student who did not opt in is in no rank."""
    entries = ranking(class_of_four(), {"bo", "cy", "di"}, KEY)
    assert ranks_of(entries) == [(1, 2), (1, 2), (3, 3)]


def test_two_are_too_few() -> None:
    """Two who know each other would know who is who."""
    assert ranking(class_of_four(), {"bo", "cy"}, KEY) == ()


def test_a_student_without_a_model_is_not_ranked() -> None:
    """A grade may have no measurement."""
    grades = [*class_of_four(), grade_of("ed", {})]
    assert len(ranking(grades, {grade.student for grade in grades}, KEY)) == 4


def test_who_opted_in_is_read_line_by_line(tmp_path: Path) -> None:
    """Comments and blank lines are left out."""
    file = tmp_path / "opted_in.txt"
    file.write_text("# who said yes\nana\n\nbo  # by mail\n", encoding="utf-8")
    assert read_opted_in(file, ["ana", "bo", "cy"]) == {"ana", "bo"}


def test_mistakes_in_the_file_are_named_with_their_lines(tmp_path: Path) -> None:
    """An unknown student gets a suggestion, and one who is there twice is named."""
    file = tmp_path / "opted_in.txt"
    file.write_text("ana\nlucio\nana\n", encoding="utf-8")
    with pytest.raises(CourseError) as error:
        read_opted_in(file, ["ana", "lucia"])
    first, second = str(error.value).splitlines()
    assert first.endswith(
        "opted_in.txt:2: lucio: no such student has a grade; did you mean 'lucia'?"
    )
    assert second.endswith("opted_in.txt:3: ana: is on line 1, too")


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    """Nobody is shown by mistake where the file is not there."""
    with pytest.raises(CourseError, match="one a line, or name the file with --opted-in"):
        read_opted_in(tmp_path / "opted_in.txt", ["ana"])
