"""The pages of a class, written by processes that are forked from the one that knows the class."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TypeAlias

from autograder.model import FinalGrade

PAGES_PER_STUDENT = 2  # the student's own and the one for staff
STUDENTS_PER_PROCESS = 20  # fewer are written sooner than a process starts
STUDENTS_AT_ONCE = 8  # that a process takes from the queue

Write: TypeAlias = Callable[[FinalGrade], None]
_work: list[tuple[Write, Sequence[FinalGrade]]] = []  # of a process that writes


def write_pages(
    write: Write,
    final_grades: Sequence[FinalGrade],
    jobs: int,
    on_page: Callable[[int, int], None] | None = None,
) -> None:
    """Call `write` with every final grade, in up to `jobs` processes.

    `on_page` is called with the number of pages that are written, and that of all. If a process is
    killed, for example because memory is short, everything is written by this one.
    """
    total = PAGES_PER_STUDENT * len(final_grades)

    def note(number: int) -> None:
        if on_page is not None:
            on_page(PAGES_PER_STUDENT * number, total)

    processes = min(jobs, len(final_grades) // STUDENTS_PER_PROCESS)
    if processes > 1:
        try:
            for number, _ in enumerate(_forked(write, final_grades, processes), start=1):
                note(number)
        except BrokenProcessPool:
            pass
        else:
            return
    for number, final_grade in enumerate(final_grades, start=1):
        write(final_grade)
        note(number)


def _forked(write: Write, final_grades: Sequence[FinalGrade], processes: int) -> Iterator[None]:
    """Yield once for every final grade that is written, in order."""
    # Forked processes have the class already: it is not sent to them.
    with ProcessPoolExecutor(
        processes, get_context("fork"), initializer=_take, initargs=(write, final_grades)
    ) as pool:
        yield from pool.map(_write_nth, range(len(final_grades)), chunksize=STUDENTS_AT_ONCE)


def _take(write: Write, final_grades: Sequence[FinalGrade]) -> None:
    """Set up a process that writes, which has just been forked."""
    gc.freeze()  # else the garbage collector looks through the whole class again and again
    _work[:] = [(write, final_grades)]


def _write_nth(number: int) -> None:
    write, final_grades = _work[0]
    write(final_grades[number])
