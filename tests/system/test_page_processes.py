"""Pages of a class in several processes: each student once, and none lost where one is killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.grading.page_processes import write_pages
from autograder.model import FinalGrade
from tests.support.examples_of_final_grades import class_of

SIZE = 60
CLASS = class_of(SIZE)


def noting_in(folder: Path) -> Callable[[FinalGrade], None]:
    """Return what writes, for each student, the process that wrote."""

    def write(final_grade: FinalGrade) -> None:
        (folder / final_grade.student).write_text(str(os.getpid()), encoding="ascii")

    return write


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_student_is_written_and_counted(tmp_path: Path, jobs: int) -> None:
    """Whatever the number of processes, progress ends with two pages for each student."""
    counted: list[tuple[int, int]] = []
    write_pages(noting_in(tmp_path), CLASS, jobs, lambda *each: counted.append(each))
    assert sorted(path.name for path in tmp_path.iterdir()) == [each.student for each in CLASS]
    assert counted == [(2 * number, 2 * SIZE) for number in range(1, SIZE + 1)]
    writers = {path.read_text(encoding="ascii") for path in tmp_path.iterdir()}
    assert (str(os.getpid()) in writers) == (jobs == 1)


def test_a_small_class_needs_no_process(tmp_path: Path) -> None:
    """A class that is written sooner than a process starts is written here."""
    write_pages(noting_in(tmp_path), CLASS[:10], 8)
    writers = {path.read_text(encoding="ascii") for path in tmp_path.iterdir()}
    assert writers == {str(os.getpid())}


def test_a_killed_process_loses_no_page(tmp_path: Path) -> None:
    """Where a process is killed, as when memory is short, this one writes every page."""
    ours, write = os.getpid(), noting_in(tmp_path)

    def dying(final_grade: FinalGrade) -> None:
        if os.getpid() != ours:
            os.kill(os.getpid(), signal.SIGKILL)
        write(final_grade)

    write_pages(dying, CLASS, 2)
    assert len(list(tmp_path.iterdir())) == SIZE


def test_a_fault_is_not_hidden(tmp_path: Path) -> None:
    """What fails for a student fails the run, in whichever process it was."""

    def failing(final_grade: FinalGrade) -> None:
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space left"):
        write_pages(failing, CLASS, 2)
