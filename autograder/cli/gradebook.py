"""`autograder gradebook sync`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.options import (
    EXIT_CODES,
    NEEDS_REVIEW,
    SOME_UNUSABLE,
    course_option,
    load,
    report_errors,
    require_nbgrader,
    say,
)
from autograder.errors import CourseError
from autograder.model import Course
from autograder.scoring.override_commands import in_words
from autograder.text.sanitize import one_line

if TYPE_CHECKING:
    from autograder.integrations.gradebook.sync import SyncResult

MOST = 5  # hand-ins without a result that are named


@click.group(
    epilog="""\b
Examples:
  autograder gradebook sync submitted --out out
  autograder gradebook sync submitted --out out --db postgresql:///dlweek
"""
    + EXIT_CODES
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
    + EXIT_CODES
)
@click.argument("submitted", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--out",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help="Where `grade` put its results.",
)
@click.option(
    "--db",
    default="sqlite:///gradebook.db",
    show_default=True,
    metavar="URL",
    help="The gradebook's database; it is made where there is none.",
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
    from autograder.grading.cache import language_of, sheets_in, waiting_sheets
    from autograder.handin.collect.ledger import LEDGER_FILE, read_ledger
    from autograder.handin.intake import find_hand_ins
    from autograder.integrations.gradebook.sync import sync as sync_all
    from autograder.scoring.overrides import FILE, read_marks, students_in, write_marks
    from autograder.scoring.validation import check_sheets

    week = load(course)
    stale: list[str] = []
    sheets = list(sheets_in(week, out, language_of(out), stale))
    for sheet in sheets:
        check_sheets(week, sheet.student, [sheet])
    if not sheets:
        raise CourseError(*stale, f"{out}: no results of this course; run `autograder grade`")
    file = file or submitted / FILE
    students = students_in(submitted)
    waiting = list(waiting_sheets(week, find_hand_ins(submitted, week, (), ()).handed_in, sheets))
    synced = sync_all(
        week,
        [*sheets, *waiting],
        read_marks(file, week.rubric, students) if file.exists() else {},
        read_ledger(submitted / LEDGER_FILE, tuple(a.id for a in week.assignments)),
        students,
        url=db,
        course_id=course_id or week.id,
        note=lambda line: say(one_line(line)),
    )
    if synced.imported.new:
        write_marks(file, synced.imported.decided)
    if waiting:
        named = ", ".join(f"{sheet.student}: {sheet.assignment}" for sheet in waiting[:MOST])
        say(
            one_line(
                f"handed in, not graded yet: {len(waiting)} ({named}{', …' if waiting[MOST:] else ''})"
            )
        )
    _show(week, synced, file, len(sheets) + len(waiting))
    earlier = sum(sheet.is_earlier for sheet in sheets)
    if earlier:
        stale.append(
            f"graded by earlier graders: {earlier} of {len(sheets)} results; grade the class again"
        )
    for line in (*stale, *synced.imported.complaints):
        say(one_line(line), err=True)
    if synced.faults:
        sys.exit(NEEDS_REVIEW)
    if stale or synced.imported.complaints:
        sys.exit(SOME_UNUSABLE)


def _show(course: Course, synced: SyncResult, file: Path, total: int) -> None:
    """What came of a sync, beside the submissions that changed."""
    if synced.has_new_notebook:
        say("formgrader shows only what nbgrader has files of: see docs/how-to/sync-the-gradebook.md")
    for student, mark in synced.imported.new:
        say(one_line(f"{student}: {in_words(course.rubric, mark)}: now in {file}"))
    for fault in synced.faults:
        say(
            one_line(f"{fault}: not scored through a fault of ours; its score is left as it was"),
            err=True,
        )
    submissions = "1 submission" if total == 1 else f"{total} submissions"
    say(f"{submissions}, {f'{synced.changed} changed' if synced.changed else 'nothing changed'}")
