"""What the commands of `export` share: their options, the grades, and whose names are known."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from autograder.cli.exit_codes import NEEDS_REVIEW, SOME_UNUSABLE
from autograder.cli.options import course_option, report_errors, say_line, verbose_option
from autograder.config.course import load_course
from autograder.errors import CourseError
from autograder.grading.cache.earlier_results import RUN_METADATA_FILE, language_of
from autograder.handin.collect.identity.roster import Roster, read_roster
from autograder.handin.collect.ledger import LEDGER_FILE, Ledger, read_ledger
from autograder.integrations.exports.outcome import ExportOutcome
from autograder.integrations.exports.site_rows import KnownStudents, known_students
from autograder.model import Course, Lang
from autograder.publishing import PublishedGrade, graded_folder, read_grades
from autograder.results import write_bytes

F = TypeVar("F", bound=Callable[..., Any])

out_argument = click.argument("out", type=click.Path(exists=True, file_okay=False, path_type=Path))
draft_option = click.option(
    "--draft",
    is_flag=True,
    help="Take the grades as they are now. Default: those of the latest published version.",
)
dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Show what would be written, and write nothing."
)
students_option = click.option(
    "--students",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The list of students with their names at the site, as `collect` takes it.",
)


lang_option = click.option(
    "--lang",
    type=click.Choice(["es", "en"]),
    help="The language that students read. Default: that of the run.",
)


def to_file(help_text: str) -> Callable[[F], F]:
    """Return the option that names the file to write."""
    return click.option(
        "--to",
        "target",
        required=True,
        type=click.Path(dir_okay=False, path_type=Path),
        help=help_text,
    )


def export_options(command: F) -> F:
    """Add the options and the handling of errors that every command of `export` has."""
    wrapped = course_option(draft_option(out_argument(verbose_option(report_errors(command)))))
    return cast(F, wrapped)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportInputs:
    """What an export starts from."""

    course: Course
    out: Path
    folder: Path  # OUT for a draft, else a published version
    grades: tuple[PublishedGrade, ...]
    ledger: Ledger
    roster: Roster | None
    is_draft: bool

    @property
    def known(self) -> KnownStudents:
        """The students with every name under which a site knows them."""
        return known_students((grade.student for grade in self.grades), self.roster, self.ledger)

    @property
    def names(self) -> Mapping[str, str]:
        """The full names of students, by id, as far as the list of students gives them."""
        names = {}
        for row in self.roster.rows if self.roster else ():
            parts = (row.get("first_name", ""), row.get("last_name", ""))
            names[row["id"]] = row.get("name", "") or " ".join(filter(None, parts))
        return names

    @property
    def run_folder(self) -> Path:
        """The folder that notes the run which the grades are of."""
        return _frozen(self.folder, self.out, RUN_METADATA_FILE).parent

    @property
    def lang(self) -> Lang:
        """The language of the run."""
        return language_of(self.run_folder)

    @property
    def version(self) -> str:
        """What the grades are, in words."""
        return "draft, not published" if self.is_draft else f"published version {self.folder.name}"


def read_inputs(
    out: Path,
    course: Path,
    *,
    is_draft: bool,
    students: Path | None = None,
) -> ExportInputs:
    """Return the grades to export; CourseError where there are none."""
    loaded = load_course(course)
    folder = graded_folder(out, is_draft=is_draft)
    grades = read_grades(folder)
    if not grades:
        raise CourseError(
            f"{folder}: no final grades; run `autograder grade SUBMITTED --out {out}`"
        )
    return ExportInputs(
        course=loaded,
        out=out,
        folder=folder,
        grades=grades,
        ledger=read_ledger(
            _frozen(folder, out, LEDGER_FILE), tuple(a.id for a in loaded.assignments)
        ),
        roster=read_roster(students) if students else None,
        is_draft=is_draft,
    )


def _frozen(folder: Path, out: Path, name: str) -> Path:
    """Return the file of a version; that of OUT where the version has none."""
    return folder / name if (folder / name).exists() else out / name


def finish(
    inputs: ExportInputs,
    outcome: ExportOutcome,
    target: Path,
    content: bytes,
    *,
    dry_run: bool,
    what: str = "marks",
) -> None:
    """Write the file, whole or not at all, show what was done, and exit with a code if need be."""
    if not dry_run:
        write_bytes(target, content)
    show_outcome(inputs, outcome, str(target), dry_run=dry_run, what=what)


def show_outcome(
    inputs: ExportInputs, outcome: ExportOutcome, target: str, *, dry_run: bool, what: str = "marks"
) -> None:
    """Show what was done, and exit with a code where something did not go home."""
    for line in outcome.written:
        say_line(line)
    for name in outcome.waiting:
        say_line(f"{name}: not decided yet: no mark")
    for name in outcome.excused:
        say_line(f"{name}: excused at the site: left as it was")
    for line in outcome.remarks:
        say_line(line)
    would = "would be written, and nothing was" if dry_run else "written"
    number = len(outcome.written)
    counts = [f"{number} {what if number != 1 else what.removesuffix('s')} {would}"]
    if outcome.unchanged:
        counts.append(f"{outcome.unchanged} as they were")
    if outcome.waiting:
        counts.append(f"{len(outcome.waiting)} not decided")
    say_line(f"{target}: {', '.join(counts)} ({inputs.version})")
    complaints = list(outcome.complaints())
    for line in complaints:
        say_line(line, err=True)
    for name in outcome.faults:
        say_line(f"{name}: not scored through a fault of ours: no mark", err=True)
    if outcome.faults:
        sys.exit(NEEDS_REVIEW)
    if complaints:
        sys.exit(SOME_UNUSABLE)
