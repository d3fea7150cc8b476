"""`autograder review`: a local web application in which people mark beside the work."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.cli.exit_codes import EXIT_CODES_HELP
from autograder.cli.options import course_option, report_errors, say, say_line, verbose_option
from autograder.config.course import load_course
from autograder.errors import CourseError
from autograder.grading.cache.earlier_results import language_of, noted_folders
from autograder.marking.marks_file import marks_file
from autograder.model import Lang


@click.command(
    epilog="""\b
Examples:
  autograder review out --author "Marta Ruiz"
  autograder review out --author "Marta Ruiz" --anonymous
"""
    + EXIT_CODES_HELP
)
@click.argument("out", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--submitted",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of hand-ins. Default: the one that OUT was graded from.",
)
@click.option(
    "--marks",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file of marks. Default: the one that OUT was graded with.",
)
@click.option(
    "--author", default="", help="The person who marks. Default: the application asks for it."
)
@click.option("--anonymous", is_flag=True, help="Hide the names of students.")
@click.option(
    "--lang",
    type=click.Choice(["es", "en"]),
    help="The language of the application. Default: that of the reports in OUT.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="The port on this machine. Default: any that is free.",
)
@course_option
@verbose_option
@report_errors
def review(
    out: Path,
    submitted: Path | None,
    file: Path | None,
    author: str,
    anonymous: bool,
    lang: Lang | None,
    port: int,
    course: Path,
) -> None:
    """Mark beside the work: open the address that this prints in a browser on this machine.

    What waits in OUT is marked criterion by criterion. Every save goes into marks.yml, as `marks`
    writes it, and the reports in OUT follow at once. Ctrl-C ends it.
    """
    from autograder.marking.graded_class import GradedClass
    from autograder.marking.report_writer import ReportWriter
    from autograder.review.desk import Desk
    from autograder.review.server import serve
    from autograder.review.sessions import Sessions

    loaded = load_course(course)
    folder = submitted or _noted_folder(out)
    noted = noted_folders(out)
    if file is None and submitted is None and "marks" in noted:
        file = Path(noted["marks"])
    say(f"reading the results in {out}")
    graded = GradedClass(loaded, out, marks_file(loaded, folder, file))
    graded.refresh()
    for line in graded.unusable:
        say_line(line, err=True)
    desk = Desk(
        graded=graded,
        writer=ReportWriter(graded),
        sessions=Sessions(
            author=author.strip(), lang=lang or language_of(out), is_anonymous=anonymous
        ),
    )
    say("Open this address in a browser on this machine; it works once. Enter prints another.")
    serve(desk, port, say_line)


def _noted_folder(out: Path) -> Path:
    """Return the folder of hand-ins that OUT was graded from."""
    noted = noted_folders(out).get("submitted")
    if noted is None:
        raise CourseError(
            f"{out}: no run over a class noted its folder of hand-ins; name it with --submitted"
        )
    folder = Path(noted)
    if not folder.is_dir():
        raise CourseError(f"{folder}: not there any more; name the hand-ins with --submitted")
    return folder
