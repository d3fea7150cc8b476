"""`autograder feedback`."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.cli.exit_codes import EXIT_CODES_HELP
from autograder.cli.export.inputs import (
    dry_run_option,
    export_options,
    finish,
    read_inputs,
    show_outcome,
    students_option,
)
from autograder.errors import CourseError
from autograder.integrations.exports.feedback import (
    canvas_places,
    moodle_places,
    site_archive,
    student_archives,
)
from autograder.integrations.exports.outcome import ExportOutcome
from autograder.model import Lang
from autograder.results import write_bytes

PAGE_NAMES: dict[Lang, str] = {"es": "informe.html", "en": "report.html"}


@click.command(
    epilog="""\b
Examples:
  autograder feedback out --for students --to feedback
  autograder feedback out --for moodle --names worksheet.csv --students roster.csv \\
    --to feedback.zip
  autograder feedback out --for canvas --names canvas.zip --students roster.csv \\
    --lang en --lang es --to feedback.zip
  autograder feedback out --draft --for students --to drafts
"""
    + EXIT_CODES_HELP
)
@click.option(
    "--for",
    "audience",
    type=click.Choice(["canvas", "moodle", "students"]),
    required=True,
    help="Who takes it: a site, as one zip; or students, as a zip for each.",
)
@click.option(
    "--names",
    type=click.Path(exists=True, path_type=Path),
    help="What the site gave: the download of submissions, or Moodle's grading worksheet (.csv).",
)
@click.option(
    "--lang",
    "langs",
    type=click.Choice(["es", "en"]),
    multiple=True,
    help="The language of the pages. Repeatable. Default: that of the run.",
)
@click.option(
    "--to",
    "target",
    required=True,
    type=click.Path(path_type=Path),
    help="The zip to write; with --for students a folder.",
)
@students_option
@dry_run_option
@export_options
def feedback(
    out: Path,
    draft: bool,
    course: Path,
    audience: str,
    names: Path | None,
    langs: tuple[Lang, ...],
    target: Path,
    students: Path | None,
    dry_run: bool,
) -> None:
    """Pack students' pages for a site, by the names that it knows, or for each student.

    A page in another language than the run's is rendered from the same results. No page of staff
    is packed.
    """
    # It renders pages, which `feedback --help` does not.
    from autograder.integrations.exports.rendered_pages import language_in, pages_in

    inputs = read_inputs(out, course, is_draft=draft, students=students)
    pages: dict[str, dict[str, bytes]] = {grade.student: {} for grade in inputs.grades}
    for lang in langs or (language_in(inputs.folder, inputs.grades),):
        made = pages_in(inputs.course, inputs.folder, inputs.grades, inputs.ledger, lang)
        for student, page in made.items():
            pages[student][PAGE_NAMES[lang]] = page
    if audience == "students":
        outcome = ExportOutcome()
        for name, content in student_archives(pages):
            outcome.written.append(name)
            if not dry_run:
                write_bytes(target / name, content)
        show_outcome(inputs, outcome, str(target), dry_run=dry_run, what="files")
        return
    if names is None:
        raise CourseError(
            f"--for {audience} needs --names: what the site gave, which holds the names that it "
            "takes back"
        )
    places = canvas_places(names) if audience == "canvas" else moodle_places(names)
    content, outcome = site_archive(places, pages, inputs.known)
    finish(inputs, outcome, target, content, dry_run=dry_run, what="students")
