"""`autograder collect`."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.completion import assignment_ids, student_ids
from autograder.cli.exit_codes import EXIT_CODES_HELP, SOME_UNUSABLE
from autograder.cli.options import (
    course_option,
    find_assignment,
    report_errors,
    say_line,
    verbose_option,
)
from autograder.cli.store_folders import FolderOrAddress, store_folders
from autograder.config.course import load_course
from autograder.errors import CourseError
from autograder.handin.collect.identity.roster import read_roster
from autograder.handin.collect.identity.teams import read_teams
from autograder.handin.collect.sources import SOURCE_NAMES
from autograder.handin.collect.timestamp import EXPECTED_TIMESTAMP, parse_timestamp
from autograder.model import Course

if TYPE_CHECKING:
    from autograder.handin.collect.ledger import Ledger
    from autograder.handin.collect.report import CollectReport


@click.command(
    epilog="""\b
Examples:
  autograder collect submitted --into collected --deadline residual_block=2026-12-01T23:59+01:00
  autograder collect exchange/week_23/inbound --into collected --students roster.csv
  autograder collect canvas.zip moodle.zip --into collected \\
    --students roster.csv --map 'garciaana_2001=ana'
  autograder collect moodle_teams.zip --into collected_teams --students roster.csv --team teams.csv
  autograder collect clones --into collected --dry-run
  autograder collect --into collected --extend ana/residual_block=2026-12-03T23:59+01:00
"""
    + EXIT_CODES_HELP
)
@click.argument(
    "sources", nargs=-1, metavar="[SOURCE]...", type=click.Path(exists=True, path_type=Path)
)
@click.option(
    "--into",
    type=FolderOrAddress(file_okay=False, path_type=Path),
    required=True,
    help="The folder that `grade` takes, or an address such as s3://bucket/folder.",
)
@click.option(
    "--from",
    "kind",
    type=click.Choice(SOURCE_NAMES),
    help="What the sources are. Default: recognized by their names and contents.",
)
@click.option(
    "--students",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The list of students: your own CSV file, or an export of Canvas, Moodle or nbgrader.",
)
@click.option(
    "--team",
    "teams",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A CSV or YAML file of teams and their members. Kept for later runs.",
)
@click.option(
    "--map",
    "names",
    multiple=True,
    metavar="NAME=ID",
    help="The student or the team that a name belongs to. Kept for later runs. Repeatable.",
)
@click.option(
    "--student",
    metavar="ID",
    shell_complete=student_ids,
    help="The student who handed in everything in the sources.",
)
@click.option(
    "--assignment",
    metavar="ID",
    shell_complete=assignment_ids,
    help="The assignment of everything in the sources.",
)
@click.option(
    "--deadline",
    "deadlines",
    multiple=True,
    metavar="ASSIGNMENT=TIME",
    help="A deadline, with its time zone. Kept for later runs. Repeatable.",
)
@click.option(
    "--extend",
    "extensions",
    multiple=True,
    metavar="STUDENT/ASSIGNMENT=TIME",
    help="A deadline for one student. Kept for later runs. Repeatable.",
)
@click.option(
    "--came",
    metavar="TIME",
    help="The time of hand-ins whose source gives none. It makes only those late that the LMS "
    "marks as late.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be done, and write nothing.")
@course_option
@verbose_option
@report_errors
@store_folders(written="into")
def collect(
    sources: tuple[Path, ...],
    into: Path,
    kind: str | None,
    students: Path | None,
    teams: Path | None,
    names: tuple[str, ...],
    student: str | None,
    assignment: str | None,
    deadlines: tuple[str, ...],
    extensions: tuple[str, ...],
    came: str | None,
    dry_run: bool,
    course: Path,
) -> None:
    """Collect hand-ins from each SOURCE as <student>/<assignment>, for `grade`.

    SOURCE is nbgrader's submitted folder or its exchange's inbound, a bulk download of Canvas,
    Moodle or Gradescope (zip or unpacked), a folder of git clones, or files and packed zips. Every
    attempt is kept; the last one before the deadline is graded. Without SOURCE it settles again
    which attempts are graded, as after an extension.
    """
    # These lock files, which needs Unix; `collect --help` does not.
    from autograder.handin.collect.collect import collect as collect_into
    from autograder.handin.collect.options import CollectOptions, initial_ledger
    from autograder.handin.collect.store import lock_store

    loaded = load_course(course)
    roster = read_roster(students) if students else None
    options = CollectOptions(
        sources=sources,
        source_type=kind,
        student=student,
        assignment=find_assignment(loaded, assignment).id if assignment else None,
        submitted_at=_timestamp("--came", came) if came else None,
        roster=roster,
        teams=read_teams(teams, roster) if teams else {},
        deadlines=dict(_deadline(loaded, text) for text in deadlines),
        extensions=dict(_extension(loaded, text) for text in extensions),
        names=tuple(_pair("--map", text, "NAME=ID") for text in names),
    )
    _require_apart(sources, into)
    initial_ledger(loaded, options, into)  # contradictions are shown before anything is written
    if dry_run:
        ledger, report = collect_into(loaded, options, into, None)
    else:
        with lock_store(into) as store:
            ledger, report = collect_into(loaded, options, into, store)
    _show_report(into, ledger, report, dry_run=dry_run)
    if report.unresolved:
        sys.exit(SOME_UNUSABLE)


def _show_report(into: Path, ledger: Ledger, report: CollectReport, *, dry_run: bool) -> None:
    """Show what was done, what waits for a person, and how many hand-ins there are to grade."""
    for line in report.actions:
        say_line(line)
    for line in report.unresolved:
        say_line(line, err=True)
    graded = sum(bool(history.graded) for history in ledger.histories.values())
    summary = f"{graded} {'hand-in' if graded == 1 else 'hand-ins'} to grade"
    if report.known_attempts:
        attempts = "attempt was" if report.known_attempts == 1 else "attempts were"
        summary += f", {report.known_attempts} {attempts} known"
    note = "; nothing was written" if dry_run else ""
    say_line(f"{into}: {summary}{note}")


def _require_apart(sources: tuple[Path, ...], into: Path) -> None:
    """Raise CourseError where a source and the folder of hand-ins lie in one another."""
    target = into.resolve()
    for source in (path.resolve() for path in sources):
        if source.is_relative_to(target) or target.is_relative_to(source):
            raise CourseError(
                f"{into}: lies in what is collected, or holds it; choose another --into"
            )


def _pair(option: str, text: str, expected: str) -> tuple[str, str]:
    left, _, right = text.rpartition("=")
    if not (left and right):
        raise CourseError(f"{option} {text}: expected {expected}")
    return left, right


def _timestamp(option: str, text: str) -> datetime:
    try:
        return parse_timestamp(text)
    except (ValueError, KeyError):
        raise CourseError(f"{option} {text}: expected {EXPECTED_TIMESTAMP}") from None


def _deadline(course: Course, text: str) -> tuple[str, datetime]:
    """Return the assignment and the time of a --deadline."""
    assignment_id, time = _pair("--deadline", text, "ASSIGNMENT=TIME")
    due = _timestamp("--deadline", time)
    return find_assignment(course, assignment_id).id, due


def _extension(course: Course, text: str) -> tuple[tuple[str, str], datetime]:
    """Return the student, the assignment and the time of an --extend."""
    hand_in, time = _pair("--extend", text, "STUDENT/ASSIGNMENT=TIME")
    due = _timestamp("--extend", time)
    student, _, assignment_id = hand_in.rpartition("/")
    if not student:
        raise CourseError(f"--extend {hand_in}: expected STUDENT/ASSIGNMENT=TIME")
    return (student, find_assignment(course, assignment_id).id), due
