"""`autograder grade`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click
from click.core import ParameterSource

from autograder.cli.options import (
    EXIT_CODES,
    NEEDS_REVIEW,
    SOME_UNUSABLE,
    course_option,
    data_folder,
    data_option,
    find_assignment,
    jobs_option,
    lang_option,
    load,
    report_errors,
)
from autograder.errors import CourseError, HostError
from autograder.model import LEVELS, Accuracy, Course, Decisions, Level, Run

if TYPE_CHECKING:
    from autograder.handin.collect.ledger import Ledger
    from autograder.handin.intake import HandInListing


@click.command(
    epilog="""\b
Examples:
  autograder grade submitted --out out
  autograder grade submitted --out out --assignment residual_block --student ana
  autograder grade ana/residual_block.py --assignment residual_block --student ana --out ana_en --lang en
  autograder grade hand-in.zip --assignment residual_block --student ana --out out --course .
"""
    + EXIT_CODES
)
@click.argument("submitted", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Where results go.",
)
@click.option(
    "--assignment", "assignments", multiple=True, metavar="ID", help="Only this one. Repeatable."
)
@click.option(
    "--student", "students", multiple=True, metavar="ID", help="Only this one. Repeatable."
)
@jobs_option
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=0,
    help="Of the checks' fresh random inputs; recorded.",
)
@lang_option
@click.option(
    "--allow-sandbox",
    type=click.Choice(LEVELS),
    help="Accept a sandbox this weak. Default: what the assignment asks for (A).",
)
@click.option(
    "--accuracy",
    type=click.Choice(get_args(Accuracy)),
    default="full",
    help="Measure on every test image, or stop once the level is certain (the report says how certain).",
)
@click.option(
    "--threads", type=click.IntRange(1, 64), default=1, help="Of each submission's own process."
)
@click.option(
    "--marks",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What people decided. Default: marks.yml in SUBMITTED, where that holds a class.",
)
@data_option
@course_option
@report_errors
def grade(
    submitted: Path,
    out: Path,
    assignments: tuple[str, ...],
    students: tuple[str, ...],
    jobs: int,
    seed: int,
    lang: Any,
    allow_sandbox: Level | None,
    accuracy: Accuracy,
    threads: int,
    marks: Path | None,
    data: Path | None,
    course: Path,
) -> None:
    """Grade SUBMITTED into OUT.

    SUBMITTED holds <student>/<assignment>/<files> or <student>/<assignment>.zip (.tar, .tar.gz,
    .tgz), or is one student's file, archive or folder for one --assignment.
    """
    from autograder.config.course import FILE
    from autograder.config.packages import require_packages
    from autograder.grading.handin_status import HandedIn
    from autograder.grading.zygotes import starting_zygotes
    from autograder.handin.intake import find_hand_ins
    from autograder.measuring.data.flowers import read_split

    _keep_apart(submitted, course, out)
    week = load(course)
    chosen = tuple(find_assignment(week, id).id for id in assignments)
    collection = find_hand_ins(submitted, week, chosen, students)
    is_partial = bool(chosen or students) or not collection.is_class
    handed_in = HandedIn(
        by_student=collection.handed_in, is_class=collection.is_class, is_partial=is_partial
    )
    decided = _decided(week, marks, collection, submitted, out)
    collected = _collected(week, collection, submitted, out)
    wanted = {h.assignment for h in collection.hand_ins}
    if any(a.runs_code and a.is_gradable for a in week.assignments if a.id in wanted):
        require_packages(
            week.packages, FILE
        )  # what a handout promises is there before anybody is graded
    data = data_folder(week, data)
    if any(a.needs_images and a.is_gradable for a in week.assignments if a.id in wanted):
        read_split(data, "test")  # complains now, not after an hour
    _require_out_of_sight(week.root, out, submitted, data)
    with starting_zygotes((a for a in week.assignments if a.id in wanted), jobs, data) as zygotes:
        from autograder.cli.screen import Progress, show_summary
        from autograder.grading.batch import grade_batch

        run = Run(
            out=out,
            seed=seed,
            lang=lang,
            jobs=jobs,
            threads=threads,
            allowed=allow_sandbox,
            data=data,
            accuracy=accuracy,
        )
        progress = Progress(len(collection.hand_ins))
        told = (decided, collected, handed_in)
        summary = grade_batch(week, collection.hand_ins, run, zygotes, progress.graded, *told)
    show_summary(week, summary, collection.complaints, out)
    if summary.needs_review:
        sys.exit(NEEDS_REVIEW)
    if collection.complaints or summary.by_earlier:
        sys.exit(SOME_UNUSABLE)


def _keep_apart(submitted: Path, course: Path, out: Path) -> None:
    """CourseError where the course or the results would be taken from a folder that students fill."""
    root = course.resolve() if course.is_dir() else course.resolve().parent
    handed_in = submitted.resolve()
    source = click.get_current_context().get_parameter_source("course")
    is_beside = (
        handed_in.parent == root and handed_in.is_file() and source is ParameterSource.DEFAULT
    )
    if is_beside:
        raise CourseError(
            f"{root}: a course beside what was handed in; if it is yours, say so with --course ."
        )
    if handed_in.is_dir() and root.is_relative_to(handed_in):
        raise CourseError(
            f"{root}: the course may not lie in what was handed in; name it with --course"
        )
    if handed_in.is_dir() and out.resolve().is_relative_to(handed_in):
        raise CourseError(f"{out}: results may not lie in what was handed in; choose another --out")


def _require_out_of_sight(*paths: Path) -> None:
    """HostError where student code could read one of these: workers see all of the interpreter's
    libraries.
    """
    from autograder.sandbox.libraries import exposed

    for path, libraries in exposed(map(str, paths)):
        raise HostError(
            f"{path}: lies in {libraries}, which student code may read; move it elsewhere"
        )


def _decided(
    course: Course, named: Path | None, collection: HandInListing, submitted: Path, out: Path
) -> dict[str, Decisions]:
    """What people decided: in the file that was named, else beside the class; for one student
    alone, as before.
    """
    from autograder.scoring.overrides import FILE, read_marks

    file = named or (submitted if collection.is_class else out) / FILE
    if named is None and not file.exists():
        return {}
    folders = [out / "results", *([submitted] if collection.is_class else [])]
    found = {
        path.name
        for folder in folders
        if folder.is_dir()
        for path in folder.iterdir()
        if path.is_dir()
    }
    found |= {h.student for h in collection.hand_ins}
    decided = read_marks(file, course.rubric, found if collection.is_class else None)
    return {student: decisions for student, decisions in decided.items() if student in found}


def _collected(course: Course, collection: HandInListing, submitted: Path, out: Path) -> Ledger:
    """When hand-ins came: what `collect` noted beside the class; for one student alone, as before."""
    from autograder.handin.collect.ledger import LEDGER_FILE, read_ledger

    file = (submitted if collection.is_class else out) / LEDGER_FILE
    return read_ledger(file, tuple(a.id for a in course.assignments))
