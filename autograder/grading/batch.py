"""A batch: a folder of submissions in; result files, reports and the class's table out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from autograder.grading.batch_reports import write_reports
from autograder.grading.batch_summary import BatchSummary
from autograder.grading.cache.earlier_results import sheets_in
from autograder.grading.cache.index import Index, read_index, write_index
from autograder.grading.cache.standing import plan_grading
from autograder.grading.class_grades import grades_of_class
from autograder.grading.executor import Execution, Executor, LocalExecutor
from autograder.grading.graded import Graded
from autograder.grading.handin_status import (
    HandedIn,
    known_before,
    waiting_hand_ins,
)
from autograder.grading.output_folder import kept_seed, locked_output, reports_behind
from autograder.grading.run_log import run_log
from autograder.handin.collect.ledger import Ledger
from autograder.handin.intake import HandIn
from autograder.model import Course, Decisions, Level, Run, ScoreSheet, format_seed
from autograder.results import ResultError, ResultReader, result_path
from autograder.scoring.overrides import NO_DECISIONS
from autograder.version import __version__

logger = logging.getLogger(__name__)

NOTHING_COLLECTED = Ledger()
THIS_MACHINE = LocalExecutor()
NOT_LOOKED = HandedIn(by_student={}, is_class=False, is_partial=True)


def grade_batch(
    course: Course,
    hand_ins: tuple[HandIn, ...],
    run: Run,
    done: Callable[[Graded], None],
    decided: Mapping[str, Decisions] = NO_DECISIONS,
    collected: Ledger = NOTHING_COLLECTED,
    handed_in: HandedIn = NOT_LOOKED,
    *,
    seed: int | None = None,
    on_page: Callable[[int, int], None] | None = None,
    executor: Executor = THIS_MACHINE,
) -> BatchSummary:
    """Grade every hand-in and write OUT; results of the same inputs that are there are reused.

    `decided` is what people decided, by student: it goes into final grades and reports, never into
    result files. So does what `collected` says of when hand-ins came, and `handed_in` of who handed
    in what. With a `seed` an earlier run is replayed; without, OUT keeps the one that was drawn.
    `on_page` is called with the number of students' pages that are written, and that of all.
    `executor` is what grades: this machine, unless another is given.
    """
    out = run.out
    assert out is not None
    summary = BatchSummary(is_partial=handed_in.is_partial)
    with locked_output(out), run_log(out), reports_behind(out):
        run = replace(run, seed=kept_seed(out) if seed is None else seed)
        logger.info(
            "run started: autograder %s, %d hand-ins, %d at a time, seed %s, language %s",
            *(__version__, len(hand_ins), run.jobs, format_seed(run.seed), run.lang),
        )
        index = read_index(out)
        reader = ResultReader(sound=index.results)
        plan = plan_grading(course, hand_ins, run, reader, index)

        def note(graded: Graded) -> None:
            name = (graded.sheet.student, graded.sheet.assignment)
            # As it is read for the final grades: one object, which shares its texts with others.
            sheet = graded.sheet if graded.reused else _as_written(graded.sheet, out, reader)
            causes = plan.causes.get(name, ())
            summary.graded.append(replace(graded, sheet=sheet, causes=causes))
            done(summary.graded[-1])

        for graded in plan.standing:
            note(graded)
        if plan.waiting:
            execution = _grade(course, plan.waiting, run, note, executor)
            summary.level, summary.remarks = execution.level, execution.remarks
        _add_final_grades(course, run, summary, decided, collected, handed_in, reader)
        _write_class(course, run, summary, decided, collected, index, reader, on_page)
        reused = sum(graded.reused for graded in summary.graded)
        logger.info("run finished: %d graded, %d reused", len(summary.graded) - reused, reused)
    return summary


def report_batch(
    course: Course,
    hand_ins: tuple[HandIn, ...],
    run: Run,
    decided: Mapping[str, Decisions],
    collected: Ledger,
    handed_in: HandedIn,
    *,
    take_in: Callable[[], Sequence[Graded]],
    level: Level | None,
) -> BatchSummary:
    """Write OUT over the results that stand, and grade nothing.

    `take_in` puts results into OUT that were graded elsewhere, at sandbox level `level`, and
    returns them; it is called while OUT is locked. OutputBusy where another command writes there.
    """
    out = run.out
    assert out is not None
    summary = BatchSummary(is_partial=handed_in.is_partial, level=level)
    with locked_output(out), reports_behind(out):
        run = replace(run, seed=kept_seed(out))
        new = {(graded.sheet.student, graded.sheet.assignment): graded for graded in take_in()}
        index = read_index(out)
        reader = ResultReader(sound=index.results)
        for graded in plan_grading(course, hand_ins, run, reader, index).standing:
            name = (graded.sheet.student, graded.sheet.assignment)
            summary.graded.append(new.get(name, graded))
        _add_final_grades(course, run, summary, decided, collected, handed_in, reader)
        _write_class(course, run, summary, decided, collected, index, reader)
    return summary


def _grade(
    course: Course,
    hand_ins: Sequence[HandIn],
    run: Run,
    note: Callable[[Graded], None],
    executor: Executor,
) -> Execution:
    """Grade hand-ins, and return what is known of the run besides its results."""
    wanted = {hand_in.assignment for hand_in in hand_ins}
    assignments = [assignment for assignment in course.assignments if assignment.id in wanted]
    gradable = [assignment for assignment in assignments if assignment.is_gradable]
    execution = Execution()
    if gradable:
        ids = {assignment.id for assignment in gradable}
        own = [hand_in for hand_in in hand_ins if hand_in.assignment in ids]
        execution = executor.grade(course, gradable, own, run, note)
    for assignment in assignments:
        if assignment not in gradable:
            from autograder.grading.pool import mark_not_graded  # it imports torch

            own = [hand_in for hand_in in hand_ins if hand_in.assignment == assignment.id]
            mark_not_graded(course, assignment, own, run, note)
    return execution


def _as_written(sheet: ScoreSheet, out: Path, reader: ResultReader) -> ScoreSheet:
    """Return a sheet as its result file holds it; the sheet itself where that cannot be read."""
    try:
        return reader.read(result_path(out, sheet.student, sheet.assignment), sheet.lang)
    except (OSError, ResultError):
        return sheet


def _add_final_grades(
    course: Course,
    run: Run,
    summary: BatchSummary,
    decided: Mapping[str, Decisions],
    collected: Ledger,
    handed_in: HandedIn,
    reader: ResultReader,
) -> None:
    """Add the final grade of every student of whom anything is known, and what waits."""
    assert run.out is not None
    if not handed_in.is_class:
        handed_in = known_before(run.out, handed_in)
    sheets = sheets_in(course, run.out, run.lang, summary.unusable, summary.earlier, reader.read)
    summary.final_grades = grades_of_class(course, sheets, decided, collected, handed_in, run.lang)
    summary.waiting = waiting_hand_ins(course, handed_in, summary.final_grades)


def _write_class(
    course: Course,
    run: Run,
    summary: BatchSummary,
    decided: Mapping[str, Decisions],
    collected: Ledger,
    index: Index,
    reader: ResultReader,
    on_page: Callable[[int, int], None] | None = None,
) -> None:
    """Write the reports, and the index of what was read for them."""
    assert run.out is not None
    index.results = reader.digests
    write_reports(course, run, summary, decided, collected, index, on_page)
    write_index(run.out, index)
