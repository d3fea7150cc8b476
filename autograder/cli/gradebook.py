"""`autograder gradebook sync`."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.exit_codes import EXIT_CODES_HELP, NEEDS_REVIEW, SOME_UNUSABLE
from autograder.cli.options import (
    course_option,
    report_errors,
    require_nbgrader,
    say,
    say_line,
    verbose_option,
)
from autograder.config.course import load_course
from autograder.errors import CourseError
from autograder.grading.cache.earlier_results import language_of, sheets_in, waiting_sheets
from autograder.handin.collect.ledger import LEDGER_FILE, read_ledger
from autograder.handin.intake import find_hand_ins
from autograder.marking.marks_file import Change, marks_file
from autograder.model import Course, Decisions, Mark, ScoreSheet
from autograder.scoring.override_commands import in_words
from autograder.scoring.overrides import decide, students_in
from autograder.scoring.validation import check_sheets

if TYPE_CHECKING:
    from autograder.integrations.gradebook.sync import SyncResult

MAX_NAMED_HAND_INS = 5  # of those without a result


@click.group(
    epilog="""\b
Examples:
  autograder gradebook sync submitted --out out
  autograder gradebook sync submitted --out out --db postgresql:///dlweek
"""
    + EXIT_CODES_HELP
)
def gradebook() -> None:
    """Keep nbgrader's gradebook in step with results and marks."""


@gradebook.command(
    epilog="""\b
Examples:
  autograder gradebook sync submitted --out out
  autograder gradebook sync submitted --out out --db sqlite:///another.db --course-id dl_2027
  autograder gradebook sync submitted --out out --db postgresql:///dlweek
"""
    + EXIT_CODES_HELP
)
@click.argument("submitted", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--out",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help="The folder of results of `grade`.",
)
@click.option(
    "--db",
    default="sqlite:///gradebook.db",
    show_default=True,
    metavar="URL",
    help="The URL of the gradebook's database. It is created if it does not exist.",
)
@click.option(
    "--course-id",
    metavar="ID",
    help="The course's name in nbgrader. Default: the id in grading.yml.",
)
@click.option(
    "--marks",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file of marks. Default: marks.yml in SUBMITTED.",
)
@course_option
@verbose_option
@report_errors
def sync(
    submitted: Path, out: Path, db: str, course_id: str | None, file: Path | None, course: Path
) -> None:
    """Write every result in OUT into nbgrader's gradebook, and read back what people gave in
    formgrader.

    Scores go in by criterion, with a comment and, where `collect` noted it, when a hand-in came and
    its late penalty. A score that a person gave in formgrader stays, and becomes a mark in
    marks.yml of SUBMITTED, which the next `grade` reports. A second sync changes nothing.
    """
    require_nbgrader()
    from autograder.integrations.gradebook.sync import sync as sync_gradebook

    loaded = load_course(course)
    unusable: list[str] = []
    sheets = _sheets_to_sync(loaded, out, unusable)
    marks = marks_file(loaded, submitted, file)
    students = students_in(submitted)
    handed_in = find_hand_ins(submitted, loaded, (), ()).handed_in
    waiting = list(waiting_sheets(loaded, handed_in, sheets))
    synced = sync_gradebook(
        loaded,
        [*sheets, *waiting],
        marks.read(),
        read_ledger(submitted / LEDGER_FILE, tuple(a.id for a in loaded.assignments)),
        students,
        url=db,
        course_id=course_id or loaded.id,
        note=say_line,
    )
    if synced.imported.new:
        marks.change_several(_additions(synced.imported.new))
    _show_waiting(waiting)
    _show_synced(loaded, synced, marks.path, len(sheets) + len(waiting))
    complaints = [*unusable, *_earlier_complaint(sheets), *synced.imported.complaints]
    for line in complaints:
        say_line(line, err=True)
    if synced.faults:
        sys.exit(NEEDS_REVIEW)
    if complaints:
        sys.exit(SOME_UNUSABLE)


def _additions(new: list[tuple[str, Mark]]) -> dict[str, Change]:
    """Return the changes that add marks from formgrader, by student.

    A mark that another person gave while the sync ran stays.
    """
    by_student: dict[str, list[Mark]] = {}
    for student, mark in new:
        by_student.setdefault(student, []).append(mark)
    return {student: partial(_add_marks, marks) for student, marks in by_student.items()}


def _add_marks(new: list[Mark], decisions: Decisions) -> Decisions:
    """Return the decisions with marks from formgrader, but where another person has decided."""
    taken = {mark.criterion for mark in decisions.marks if mark.author != new[0].author}
    for mark in new:
        if mark.criterion not in taken:
            decisions = decide(decisions, mark)
    return decisions


def _sheets_to_sync(course: Course, out: Path, unusable: list[str]) -> list[ScoreSheet]:
    """Return the sheets in OUT; raise CourseError where there are none, or one does not belong.

    A line for each result file that cannot be read is appended to `unusable`.
    """
    sheets = list(sheets_in(course, out, language_of(out), unusable))
    for sheet in sheets:
        check_sheets(course, sheet.student, [sheet])
    if not sheets:
        raise CourseError(*unusable, f"{out}: no results of this course; run `autograder grade`")
    return sheets


def _show_waiting(waiting: list[ScoreSheet]) -> None:
    """Show the hand-ins that have no result yet, the first of them by name."""
    if not waiting:
        return
    named = [f"{sheet.student}: {sheet.assignment}" for sheet in waiting[:MAX_NAMED_HAND_INS]]
    if len(waiting) > MAX_NAMED_HAND_INS:
        named.append("…")
    say_line(f"handed in, not graded yet: {len(waiting)} ({', '.join(named)})")


def _earlier_complaint(sheets: list[ScoreSheet]) -> list[str]:
    """Return a line where some results are by earlier graders."""
    earlier = sum(sheet.is_earlier for sheet in sheets)
    if not earlier:
        return []
    return [f"graded by earlier graders: {earlier} of {len(sheets)} results; grade the class again"]


def _show_synced(course: Course, synced: SyncResult, file: Path, total: int) -> None:
    """Show what a sync changed, beside the submissions that were shown one by one."""
    if synced.has_new_notebook:
        say(
            "formgrader shows only what nbgrader has files of: "
            "see docs/how-to/sync-the-gradebook.md"
        )
    for student, mark in synced.imported.new:
        say_line(f"{student}: {in_words(course.rubric, mark)}: now in {file}")
    for criterion in synced.faults:
        line = f"{criterion}: not scored through a fault of ours; its score is left as it was"
        say_line(line, err=True)
    submissions = "1 submission" if total == 1 else f"{total} submissions"
    changed = f"{synced.changed} changed" if synced.changed else "nothing changed"
    say(f"{submissions}, {changed}")
