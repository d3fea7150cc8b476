"""`autograder export canvas`, `moodle`, `csv` and `xlsx`: files of a whole class."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import click

from autograder.cli.exit_codes import EXIT_CODES_HELP
from autograder.cli.export.inputs import (
    ExportInputs,
    dry_run_option,
    export_options,
    finish,
    lang_option,
    read_inputs,
    students_option,
    to_file,
)
from autograder.integrations.exports.canvas import (
    Gradebook,
    GradebookColumn,
    find_column,
    mark_gradebook,
    matching_columns,
    read_gradebook,
    require_distinct,
)
from autograder.integrations.exports.comments import comment_html
from autograder.integrations.exports.csv_cells import read_cells
from autograder.integrations.exports.decimals import decimal_text, positive_number
from autograder.integrations.exports.moodle import mark_worksheet, read_worksheet
from autograder.integrations.exports.outcome import ExportOutcome
from autograder.integrations.exports.parts import TOTAL, Part, find_part, parts_of, points_in
from autograder.integrations.exports.tables import csv_table, grade_rows, xlsx_table
from autograder.model import Course, Lang

ZERO = Fraction(0)

part_option = click.option(
    "--part",
    default=TOTAL,
    show_default=True,
    metavar="PART",
    help="What the mark is of: total, or the id of an assignment or a category.",
)


@click.command(
    epilog="""\b
Examples:
  autograder export canvas out --gradebook gradebook.csv --to marked.csv
  autograder export canvas out --gradebook gradebook.csv --students roster.csv \\
    --column 'Residual blocks (4712)=residual_block' --to marked.csv --dry-run
"""
    + EXIT_CODES_HELP
)
@click.option(
    "--gradebook",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="The gradebook as Canvas exported it.",
)
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="COLUMN[=PART]",
    help="A column to write, by its title, its id or both, and the part of the grade that goes "
    "there (default: total). Repeatable. Default: every column whose title is the course's or an "
    "assignment's.",
)
@to_file("The CSV file to write, for Canvas to import. It may be the gradebook itself.")
@students_option
@dry_run_option
@export_options
def canvas(
    out: Path,
    draft: bool,
    course: Path,
    gradebook: Path,
    columns: tuple[str, ...],
    target: Path,
    students: Path | None,
    dry_run: bool,
) -> None:
    """Write marks into the gradebook that Canvas gave.

    Only cells of the named columns change. Students are found by Canvas's ID, then by SIS ids, then
    by name. Marks are scaled to the points possible of the column, and rounded once, to two
    decimals. A mark that waits for a person and an excused student are left as they were.
    """
    inputs = read_inputs(out, course, is_draft=draft, students=students)
    book = read_gradebook(gradebook, read_cells(gradebook))
    chosen = [_column(book, inputs.course, text) for text in columns]
    if not chosen:
        parts = [part for part in parts_of(inputs.course).values() if part.kind != "category"]
        chosen = matching_columns(book, parts)
    require_distinct(column for column, _ in chosen)
    content, outcome = mark_gradebook(book, chosen, inputs.grades, inputs.known)
    finish(inputs, outcome, target, content, dry_run=dry_run)


def _column(book: Gradebook, course: Course, text: str) -> tuple[GradebookColumn, Part]:
    """Return the column and the part that an option names; a title may hold = itself."""
    name, _, part = text.rpartition("=")
    if name and text not in book.headings and (part in parts_of(course) or name in book.headings):
        return find_column(book, name), find_part(course, part)
    return find_column(book, text), find_part(course, TOTAL)


@click.command(
    epilog="""\b
Examples:
  autograder export moodle out --worksheet worksheet.csv --part residual_block \\
    --students roster.csv --to marked.csv
"""
    + EXIT_CODES_HELP
)
@click.option(
    "--worksheet",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="The grading worksheet as Moodle gave it.",
)
@part_option
@click.option(
    "--maximum",
    metavar="POINTS",
    help="The maximum grade at the site, where the worksheet has no column of it.",
)
@click.option("--no-comments", is_flag=True, help="Write marks only, and no feedback comments.")
@lang_option
@to_file("The CSV file to write, for Moodle to import. It may be the worksheet itself.")
@students_option
@dry_run_option
@export_options
def moodle(
    out: Path,
    draft: bool,
    course: Path,
    worksheet: Path,
    part: str,
    maximum: str | None,
    no_comments: bool,
    lang: Lang | None,
    target: Path,
    students: Path | None,
    dry_run: bool,
) -> None:
    """Write marks into the worksheet that Moodle gave.

    Beside each mark stands a feedback comment. Marks are scaled to the maximum grade, rounded
    once to two decimals, and written with the decimal sign of the site. "Last modified" stays,
    or Moodle would refuse the row. A mark that waits for a person, and a grade that the site
    does not let be changed, are left as they were.
    """
    inputs = read_inputs(out, course, is_draft=draft, students=students)
    chosen = find_part(inputs.course, part)
    sheet = read_worksheet(worksheet, read_cells(worksheet))
    comments = {}
    if not no_comments:
        for grade in inputs.grades:
            comments[grade.student] = comment_html(
                inputs.course, grade, chosen, lang or inputs.lang
            )
    stated = None if maximum is None else positive_number(maximum, "--maximum")
    content, outcome = mark_worksheet(
        sheet, chosen, inputs.grades, inputs.known, comments, maximum=stated
    )
    finish(inputs, outcome, target, content, dry_run=dry_run)


@click.command(
    epilog="""\b
Examples:
  autograder export csv out --draft --to draft.csv
  autograder export csv out --students roster.csv --to grades.csv
"""
    + EXIT_CODES_HELP
)
@to_file("The CSV file to write.")
@students_option
@dry_run_option
@export_options
def csv(
    out: Path, draft: bool, course: Path, target: Path, students: Path | None, dry_run: bool
) -> None:
    """Write a table of points as CSV.

    A row is a student, a column a criterion. What waits for a person is blank. A text that a
    spreadsheet would run as a formula is defused.
    """
    inputs = read_inputs(out, course, is_draft=draft, students=students)
    rows = grade_rows(inputs.course, inputs.grades, inputs.names)
    finish(inputs, _counted(inputs), target, csv_table(rows).encode(), dry_run=dry_run)


@click.command(
    epilog="""\b
Examples:
  autograder export xlsx out --students roster.csv --to grades.xlsx
"""
    + EXIT_CODES_HELP
)
@to_file("The workbook to write.")
@students_option
@dry_run_option
@export_options
def xlsx(
    out: Path, draft: bool, course: Path, target: Path, students: Path | None, dry_run: bool
) -> None:
    """Write a workbook of points.

    A row is a student, a column a criterion. A second sheet says what the criteria are. What
    waits for a person is blank.
    """
    inputs = read_inputs(out, course, is_draft=draft, students=students)
    rows = grade_rows(inputs.course, inputs.grades, inputs.names)
    content = xlsx_table(inputs.course, rows, f"({inputs.version})")
    finish(inputs, _counted(inputs), target, content, dry_run=dry_run)


def _counted(inputs: ExportInputs) -> ExportOutcome:
    """Return the outcome of a table that holds every student."""
    outcome = ExportOutcome()
    total = find_part(inputs.course, TOTAL)
    for grade in inputs.grades:
        points = points_in(grade, total)
        if points.decision == "waiting":
            outcome.waiting.append(grade.student)
        elif points.decision == "fault":
            outcome.faults.append(grade.student)
        else:
            outcome.written.append(f"{grade.student}: {decimal_text(points.earned or ZERO)}")
    return outcome
