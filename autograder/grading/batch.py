"""A batch: a folder of submissions in; result files, reports and the class's table out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace

from autograder.grading.batch_reports import write_reports
from autograder.grading.batch_summary import BatchSummary
from autograder.grading.cache.earlier_results import sheets_in
from autograder.grading.class_grades import grades_of_class
from autograder.grading.handin_status import (
    HandedIn,
    known_before,
    waiting_hand_ins,
)
from autograder.grading.judge import Graded
from autograder.grading.output_folder import kept_seed, locked_output, reports_behind
from autograder.grading.pool import grade_all, mark_not_graded
from autograder.grading.run_log import run_log
from autograder.handin.collect.ledger import Ledger
from autograder.handin.intake import HandIn
from autograder.model import Course, Decisions, Level, Run, format_seed
from autograder.sandbox.launch import Zygote
from autograder.scoring.overrides import NO_DECISIONS
from autograder.version import __version__

logger = logging.getLogger(__name__)

NOTHING_COLLECTED = Ledger()
NOT_LOOKED = HandedIn(by_student={}, is_class=False, is_partial=True)


def grade_batch(
    course: Course,
    hand_ins: tuple[HandIn, ...],
    run: Run,
    zygotes: dict[str, Zygote],
    done: Callable[[Graded], None],
    decided: Mapping[str, Decisions] = NO_DECISIONS,
    collected: Ledger = NOTHING_COLLECTED,
    handed_in: HandedIn = NOT_LOOKED,
    *,
    seed: int | None = None,
    on_page: Callable[[int, int], None] | None = None,
) -> BatchSummary:
    """Grade every hand-in and write OUT; results of the same inputs that are there are reused.

    `zygotes` holds, by assignment, the started zygote of each that runs code. `decided` is what
    people decided, by student: it goes into final grades and reports, never into result files. So
    does what `collected` says of when hand-ins came, and `handed_in` of who handed in what. With a
    `seed` an earlier run is replayed; without, OUT keeps the one that was drawn. `on_page` is
    called with the number of students' pages that are written, and that of all.
    """
    assert run.out is not None
    summary = BatchSummary(is_partial=handed_in.is_partial)

    def note(graded: Graded) -> None:
        summary.graded.append(graded)
        done(graded)

    with locked_output(run.out), run_log(run.out), reports_behind(run.out):
        run = replace(run, seed=kept_seed(run.out) if seed is None else seed)
        logger.info(
            "run started: autograder %s, %d hand-ins, %d at a time, seed %s, language %s",
            *(__version__, len(hand_ins), run.jobs, format_seed(run.seed), run.lang),
        )
        for assignment in course.assignments:
            own = [hand_in for hand_in in hand_ins if hand_in.assignment == assignment.id]
            if own and assignment.is_gradable:
                level = grade_all(course, assignment, own, run, zygotes.get(assignment.id), note)
                summary.level = _weaker(summary.level, level)
            else:
                mark_not_graded(course, assignment, own, run, note)
        _add_final_grades(course, run, summary, decided, collected, handed_in)
        write_reports(course, run, summary, decided, collected, on_page)
        reused = sum(graded.reused for graded in summary.graded)
        logger.info("run finished: %d graded, %d reused", len(summary.graded) - reused, reused)
    return summary


def _weaker(first: Level | None, second: Level | None) -> Level | None:
    """Return the weaker of two sandbox levels, of which each may be missing; A is the strongest."""
    return max((level for level in (first, second) if level is not None), default=None)


def _add_final_grades(
    course: Course,
    run: Run,
    summary: BatchSummary,
    decided: Mapping[str, Decisions],
    collected: Ledger,
    handed_in: HandedIn,
) -> None:
    """Add the final grade of every student of whom anything is known, and what waits."""
    assert run.out is not None
    if not handed_in.is_class:
        handed_in = known_before(run.out, handed_in)
    sheets = sheets_in(course, run.out, run.lang, summary.unusable, summary.earlier)
    summary.final_grades = grades_of_class(course, sheets, decided, collected, handed_in, run.lang)
    summary.waiting = waiting_hand_ins(course, handed_in, summary.final_grades)
