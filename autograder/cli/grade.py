"""`autograder grade`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from autograder.cli.completion import assignment_ids, student_ids
from autograder.cli.exit_codes import EXIT_CODES_HELP, NEEDS_REVIEW, SOME_UNUSABLE
from autograder.cli.options import (
    accuracy_option,
    allow_sandbox_option,
    course_option,
    data_option,
    find_assignment,
    jobs_option,
    lang_option,
    report_errors,
    threads_option,
    verbose_option,
)
from autograder.cli.store_folders import FolderOrAddress, store_folders
from autograder.config.course import load_course
from autograder.errors import CourseError
from autograder.model import DEFAULT_STORE_GIB, Accuracy, Lang, Level, parse_seed

if TYPE_CHECKING:
    from autograder.grading.graded import Graded


def _read_seed(
    _context: click.Context, _parameter: click.Parameter, text: str | None
) -> int | None:
    """Return the seed that was given, if any."""
    if text is None:
        return None
    try:
        return parse_seed(text)
    except ValueError:
        expected = "a number from 0 to 2^128 - 1, in decimal or hex"
        raise click.BadParameter(f"{text!r} is not {expected}") from None


@click.command(
    epilog="""\b
Examples:
  autograder grade submitted --out out
  autograder grade submitted --out out --assignment residual_block --student ana
  autograder grade ana/residual_block.py --assignment residual_block --student ana \\
    --out ana_en --lang en
  autograder grade hand-in.zip --assignment residual_block --student ana --out out --course .
  autograder grade submitted --out out --cluster local:2
"""
    + EXIT_CODES_HELP
)
@click.argument("submitted", type=FolderOrAddress(exists=True, path_type=Path))
@click.option(
    "--out",
    type=FolderOrAddress(file_okay=False, path_type=Path),
    required=True,
    help="The folder of results and reports.",
)
@click.option(
    "--assignment",
    "assignments",
    multiple=True,
    metavar="ID",
    shell_complete=assignment_ids,
    help="Grade only this assignment. Repeatable.",
)
@click.option(
    "--student",
    "students",
    multiple=True,
    metavar="ID",
    shell_complete=student_ids,
    help="Grade only this student. Repeatable.",
)
@jobs_option
@click.option(
    "--seed",
    callback=_read_seed,
    metavar="SEED",
    help="Replay a run: the seed of its random inputs, which its results record. "
    "Default: the seed in OUT, drawn by the first run there.",
)
@lang_option
@allow_sandbox_option
@accuracy_option
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Grade on a cluster: local:N, the address of a Dask scheduler (tcp://HOST:PORT, "
    "tls://HOST:PORT), or a cluster.yml.",
)
@click.option(
    "--store",
    "store_gib",
    type=click.FloatRange(0),
    default=DEFAULT_STORE_GIB,
    metavar="GIB",
    help="GiB that judges may keep in OUT/.computed of what they compute of images, for one "
    "another and for later runs; it decides no mark. 0: nothing. Default: 3.",
)
@threads_option
@click.option(
    "--marks",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The file of what people decided. Default: marks.yml in SUBMITTED, if it is a class.",
)
@data_option
@course_option
@verbose_option
@report_errors
@store_folders(read="submitted", written="out")
def grade(
    submitted: Path,
    out: Path,
    assignments: tuple[str, ...],
    students: tuple[str, ...],
    jobs: int,
    seed: int | None,
    lang: Lang,
    allow_sandbox: Level | None,
    accuracy: Accuracy,
    cluster: str | None,
    store_gib: float,
    threads: int,
    marks: Path | None,
    data: Path | None,
    course: Path,
) -> None:
    """Grade SUBMITTED into OUT.

    SUBMITTED holds <student>/<assignment>/<files> or <student>/<assignment>.zip (.tar, .tar.gz,
    .tgz), or is one student's file, archive or folder for one --assignment. SUBMITTED and OUT may
    be addresses of object stores, such as s3://bucket/folder.
    """
    # The sandbox, which this imports, needs Linux; `grade --help` does not.
    from autograder.api.grade import grade as grade_hand_ins
    from autograder.api.grade import require_apart
    from autograder.cli.output.page_progress import PageProgress

    root = course.resolve() if course.is_dir() else course.resolve().parent
    _require_named_course(root, submitted)
    require_apart(root, submitted, out)  # before anything of the course is read
    loaded = load_course(course)
    summary = grade_hand_ins(
        loaded,
        submitted,
        out,
        assignments=[find_assignment(loaded, name).id for name in assignments],
        students=students,
        marks=marks,
        data=data,
        seed=seed,
        lang=lang,
        jobs=jobs,
        threads=threads,
        allow_sandbox=allow_sandbox,
        accuracy=accuracy,
        cluster=cluster,
        store_gib=store_gib,
        on_graded=_show_graded,
        on_page=PageProgress(),
    )
    from autograder.cli.output.grading import show_summary

    show_summary(loaded, summary, out)
    if summary.needs_review:
        sys.exit(NEEDS_REVIEW)
    if summary.complaints or summary.by_earlier:
        sys.exit(SOME_UNUSABLE)


def _require_named_course(root: Path, submitted: Path) -> None:
    """Raise CourseError where a course beside one student's file is used without being named."""
    handed_in = submitted.resolve()
    source = click.get_current_context().get_parameter_source("course")
    is_beside = handed_in.parent == root and handed_in.is_file()
    if is_beside and source is ParameterSource.DEFAULT:
        raise CourseError(
            f"{root}: a course beside what was handed in; if it is yours, say so with --course ."
        )


def _show_graded(graded: Graded, number: int, total: int) -> None:
    """Show a submission; torch, which this imports, was imported while the zygotes warmed up."""
    from autograder.cli.output.grading import show_graded

    show_graded(graded, number, total)
