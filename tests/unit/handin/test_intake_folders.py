"""Intake from hostile folders: too many files, files that change while read, odd names."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from autograder.handin.intake import find_hand_ins, read_hand_in
from autograder.model import Course, Outcome
from tests.support.packing import SOURCE
from tests.unit.handin.test_intake import course as course
from tests.unit.handin.test_intake import found, put, taken

TERABYTE = 1 << 40


def test_a_terabyte_that_is_a_hole_is_not_read(course: Course, tmp_path: Path) -> None:
    """A sparse file is refused by its size."""
    with (tmp_path / "sums.py").open("wb") as file:
        file.truncate(TERABYTE)
    ((outcome, message),) = found(taken(tmp_path, course))
    assert (outcome, message) == (Outcome.DENIED, "sums.py has 1048576.0 MiB; the most is 1.0 MiB.")


def test_ten_thousand_files_beside_the_declared_one_change_nothing(
    course: Course, tmp_path: Path
) -> None:
    """A folder with the declared name is not listed; only that name is opened."""
    for number in range(10_000):
        (tmp_path / f"{number}.py").touch()
    put(tmp_path / "sums.py")
    assert taken(tmp_path, course).files == {"sums.py": SOURCE}


def test_ten_thousand_strays_are_twenty_one_complaints(course: Course, tmp_path: Path) -> None:
    """Of a student's many unusable entries the first are listed and the rest counted."""
    for number in range(10_000):
        put(tmp_path / "ana" / f"{number:05}.txt", b"")
    put(tmp_path / "ana" / "sums" / "sums.py")
    collection = find_hand_ins(tmp_path, course, (), ())
    assert [h.assignment for h in collection.hand_ins] == ["sums"]
    assert len(collection.complaints) == 21
    assert collection.complaints[-1] == f"{tmp_path}/ana: 9980 more entries that cannot be used"


TWINS = (
    "Sums.py",
    "SUMS.PY",
    "sums.PY",
    "sums.py\u200b",
    "sums.py ",
    "\u0455ums.py",
    "sums.py\n",
    "-sums.py",
    "sums.py.",
)


def test_ten_thousand_files_without_the_declared_one_are_not_searched(
    course: Course, tmp_path: Path
) -> None:
    """A folder with too many entries is not searched for similar names."""
    for number in range(10_000):
        (tmp_path / f"{number}.md").touch()
    put(tmp_path / "Sums.py")
    assert found(taken(tmp_path, course)) == [(Outcome.MISSING, "The file sums.py is missing.")]


def test_names_that_resemble_the_declared_one_are_not_guessed_between(
    course: Course, tmp_path: Path
) -> None:
    """Names that differ in case or spaces are ambiguous; look-alike letters make another name."""
    for name in TWINS:
        put(tmp_path / name, b"raise SystemExit\n")
    assert found(taken(tmp_path, course)) == [
        (
            Outcome.MISSING,
            "sums.py is missing, and it might be any of these: -sums.py, SUMS.PY, Sums.py, "
            "sums.PY, sums.py .",
        )
    ]
    put(tmp_path / "sums.py")
    assert taken(tmp_path, course).files == {"sums.py": SOURCE}


def test_a_file_that_changes_while_it_is_read_is_read_once(course: Course, tmp_path: Path) -> None:
    """Digest and content are of the same bytes within the limit, even if the file grows."""
    path = put(tmp_path / "sums.py", b"#" * 1000)
    stop = threading.Event()

    def keep_changing() -> None:
        while not stop.is_set():
            for size in (1000, 3 << 20, 0, 1000):
                os.truncate(path, size)

    thread = threading.Thread(target=keep_changing)
    thread.start()
    try:
        for _ in range(200):
            submission = taken(tmp_path, course)
            assert all(len(content) <= 1 << 20 for content in submission.files.values())
            assert bool(submission.files) != bool(submission.findings)
    finally:
        stop.set()
        thread.join()


def test_a_folder_that_becomes_a_link_is_not_followed(course: Course, tmp_path: Path) -> None:
    """A folder that is replaced by a link after listing is not read; a person looks at it."""
    put(tmp_path / "bo" / "sums" / "sums.py")
    put(tmp_path / "ana" / "sums" / "sums.py", b"x = 1\n")
    first, _ = find_hand_ins(tmp_path, course, (), ()).hand_ins
    (tmp_path / "ana" / "sums").rename(tmp_path / "ana" / "old")
    (tmp_path / "ana" / "sums").symlink_to(tmp_path / "bo" / "sums")
    submission = read_hand_in(first, course.assignment("sums"), "en")
    assert (submission.files, found(submission)) == (
        {},
        [(Outcome.GRADER_ERROR, "sums.py cannot be read (permissions).")],
    )


@pytest.mark.parametrize("name", ["...py", "..zip", "a\nb.py", "\u202eyp.py", ".py"])
def test_one_file_of_an_absurd_name_needs_a_students_name(
    name: str, course: Course, tmp_path: Path
) -> None:
    """A file whose name cannot be a student's needs --student."""
    collection = find_hand_ins(put(tmp_path / name), course, ("sums",), ())
    assert collection.hand_ins == ()
    assert "--student" in collection.complaints[0] or "expected sums.py" in collection.complaints[0]


@pytest.mark.parametrize("student", ["../bo", "..", ".", "", "a/b", "/etc", "a\nb", "x" * 201])
def test_a_student_cannot_be_called_like_a_path(
    student: str, course: Course, tmp_path: Path
) -> None:
    """A student name that is a path is a complaint, even from the command line."""
    (complaint,) = find_hand_ins(
        put(tmp_path / "sums.py"), course, ("sums",), (student,)
    ).complaints
    assert complaint.endswith("cannot be a student's name; name one with --student")
    assert complaint.isprintable()
