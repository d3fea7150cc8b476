"""`autograder marks import`: points from a table, such as those of a paper exam."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import click

from autograder.cli.completion import criterion_ids
from autograder.cli.marks_options import (
    author_option,
    file_option,
    reason_option,
    submitted_argument,
)
from autograder.cli.options import course_option, report_errors, say_line
from autograder.config.course import load_course
from autograder.errors import CourseError
from autograder.handin.collect.identity.roster import read_roster
from autograder.handin.collect.ledger import LEDGER_FILE, read_ledger
from autograder.marking.imported_marks import NewMark, import_points
from autograder.marking.marks_file import marks_file, require_words
from autograder.marking.points_table import PointsTable, TableOptions, read_points
from autograder.marking.student_names import StudentNames
from autograder.model import Course
from autograder.scoring.criteria import format_points
from autograder.scoring.override_commands import check_known, in_words
from autograder.scoring.overrides import students_in


@click.command(
    name="import",
    epilog="""\b
Examples:
  autograder marks import submitted exam.csv --criterion knowledge.depth_problem \\
    --author "Marta Ruiz" --reason "Examen del 4 de diciembre"
  autograder marks import submitted exam.csv --column 'Nota=knowledge.depth_problem' \\
    --out-of 60 --students roster.csv --replace \\
    --author "Marta Ruiz" --reason "Examen del 4 de diciembre"
""",
)
@submitted_argument
@click.argument("table", metavar="FILE", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--criterion",
    metavar="ID",
    shell_complete=criterion_ids,
    help="The criterion of the column of points.",
)
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="HEADING=CRITERION",
    help="The criterion of a column. A column that is called as a criterion needs none. "
    "Repeatable.",
)
@click.option(
    "--out-of",
    metavar="POINTS",
    help="The points of the whole exam; they become those of the criterion, exactly.",
)
@click.option(
    "--students",
    "roster",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The list of students, as for `collect`: it tells whose a name, a number or an email is.",
)
@click.option(
    "--replace", "is_replacing", is_flag=True, help="Replace marks that say something else."
)
@click.option("--dry-run", is_flag=True, help="Show what would be decided, and write nothing.")
@author_option
@reason_option
@file_option
@course_option
@report_errors
def import_(
    submitted: Path,
    table: Path,
    criterion: str | None,
    columns: tuple[str, ...],
    out_of: str | None,
    roster: Path | None,
    is_replacing: bool,
    dry_run: bool,
    author: str,
    reason: str,
    file: Path | None,
    course: Path,
) -> None:
    """Set the marks of a CSV FILE: a row for each student, a column for each criterion.

    The whole file is read first. Where a name, a number or a criterion in it is wrong, every
    mistake is listed and nothing is decided. An empty cell decides nothing. Who is in the list of
    students and handed in nothing gets an empty folder, so that the marks count.
    """
    loaded = load_course(course)
    require_words(author, reason)
    options = TableOptions(
        criterion=criterion or "",
        columns=dict(_column(text) for text in columns),
        out_of=_out_of(out_of),
    )
    for named in (*([criterion] if criterion else []), *options.columns.values()):
        check_known("criterion", named, loaded.rubric.criteria)
    names = _names(loaded, submitted, roster)
    found = read_points(table, loaded.rubric, names, options)
    target = replace(marks_file(loaded, submitted, file), without_folder=tuple(names.students))
    changed = import_points(
        target, found, author, reason, is_replacing=is_replacing, dry_run=dry_run
    )
    _show(loaded, names, found, changed, dry_run=dry_run)


def _names(course: Course, submitted: Path, roster: Path | None) -> StudentNames:
    """Return the names that are known in a class: folders, and the list of students."""
    ledger = read_ledger(submitted / LEDGER_FILE, tuple(each.id for each in course.assignments))
    listed = read_roster(roster) if roster else None
    class_list = listed.ids if listed else ledger.enrollments
    return StudentNames(
        students=sorted({*students_in(submitted), *class_list}),
        roster=listed,
        decided=ledger.names,
    )


def _show(
    course: Course,
    names: StudentNames,
    table: PointsTable,
    changed: Sequence[NewMark],
    *,
    dry_run: bool,
) -> None:
    """Show each new mark, and on stderr what the table does not decide."""
    for each in changed:
        instead = "" if each.before is None else f", instead of {format_points(each.before, 'en')}"
        say_line(f"{each.student}: {in_words(course.rubric, each.mark)}{instead}")
    known = len(table.points) - len(changed)
    note = "; nothing was written" if dry_run else ""
    say_line(f"{len(changed)} marks set, {known} known before{note}")
    named = {given.student for given in table.points} | set(table.blank)
    absent = [student for student in names.students if student not in named]
    for label, entries in (
        ("empty cells, nothing decided", table.blank),
        ("students without a row", absent),
        ("columns that were not read", table.unused),
    ):
        if entries:
            say_line(f"{label}: {', '.join(entries)}", err=True)


def _column(text: str) -> tuple[str, str]:
    heading, _, criterion = text.rpartition("=")
    if not (heading and criterion):
        raise CourseError(f"--column {text}: expected HEADING=CRITERION")
    return heading.strip(), criterion.strip()


def _out_of(text: str | None) -> Fraction | None:
    """Return the points of the exam; CourseError unless it is a number above 0."""
    if text is None:
        return None
    try:
        points = Fraction(text.replace(",", "."))
    except (ValueError, ZeroDivisionError):
        points = Fraction(0)
    if points <= 0:
        raise CourseError(f"--out-of {text}: expected a number above 0, such as 60")
    return points
