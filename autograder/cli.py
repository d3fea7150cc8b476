"""The command line: grade, verify, check, doctor."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from autograder import __version__
from autograder.errors import AutograderError, CourseError, HostError
from autograder.model import LEVELS, Assignment, Course, Level
from autograder.near import did_you_mean

EXIT_CODES = """
\b
Exit codes:
  0  everything was done
  1  some input could not be used (it is listed), a grader is not sound, or a public check failed
  2  the command line, grading.yml or a grader is wrong
  3  a fault of the harness kept something from being scored: it needs review
  4  this machine cannot do what was asked (sandbox, disk)
  130  interrupted; running the same command again completes the rest
"""
SOME_UNUSABLE, WRONG_COURSE, NEEDS_REVIEW, WRONG_HOST, INTERRUPTED = 1, 2, 3, 4, 130
JOBS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1

F = TypeVar("F", bound=Callable[..., Any])


def report_errors(command: F) -> F:
    """Turn our own errors into lines on stderr and an exit code; never a traceback for a user's mistake."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except CourseError as error:
            _stop(error, WRONG_COURSE)
        except HostError as error:
            _stop(error, WRONG_HOST)
        except KeyboardInterrupt:
            _stop("interrupted: what was finished is kept; run the same command again for the rest", INTERRUPTED)

    return wrapped  # type: ignore[return-value]


def _stop(message: AutograderError | str, code: int) -> None:
    click.echo(str(message), err=True)
    sys.exit(code)


def run() -> None:
    """The console script: `main`, then an end without unloading torch, which takes a quarter of a second."""
    code: Any = 0
    try:
        main()
    except SystemExit as stop:
        code = stop.code
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


course_option = click.option(
    "--course",
    type=click.Path(path_type=Path),
    default=Path(),
    help="The folder of grading.yml, or the file itself. Default: here.",
)
lang_option = click.option("--lang", type=click.Choice(["es", "en"]), default="es", help="What students read.")
jobs_option = click.option("--jobs", type=click.IntRange(1, 256), default=JOBS, help="Submissions at a time.")


@click.group(epilog=EXIT_CODES)
@click.version_option(__version__)
def main() -> None:
    """Grade a deep-learning course week: hidden checks, a sandbox, a rubric, reports."""
    # Before torch is imported: one thread per judge, and nothing parallel that a fork would break.
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")


@main.command(
    epilog="""\b
Examples:
  autograder grade submitted --out out
  autograder grade submitted --out out --assignment residual_block --student ana
  autograder grade ana/residual_block.py --assignment residual_block --out out --lang en
"""
    + EXIT_CODES
)
@click.argument("submitted", type=click.Path(exists=True, path_type=Path))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Where results go.")
@click.option("--assignment", "assignments", multiple=True, metavar="ID", help="Only this one. Repeatable.")
@click.option("--student", "students", multiple=True, metavar="ID", help="Only this one. Repeatable.")
@jobs_option
@click.option("--seed", type=click.IntRange(0), default=0, help="Of the checks' fresh random inputs; recorded.")
@lang_option
@click.option(
    "--allow-sandbox",
    type=click.Choice(LEVELS),
    help="Accept a sandbox this weak. Default: what the assignment asks for (A).",
)
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
    course: Path,
) -> None:
    """Grade SUBMITTED into OUT.

    SUBMITTED holds <student>/<assignment>/<files>, or is one student's file or folder for one --assignment.
    """
    from autograder.intake import collect
    from autograder.zygotes import starting_zygotes

    week = _load(course)
    chosen = tuple(_assignment(week, id).id for id in assignments)
    collection = collect(submitted, week, chosen, students)
    wanted = {h.assignment for h in collection.hand_ins}
    with starting_zygotes((a for a in week.assignments if a.id in wanted), jobs) as zygotes:
        from autograder.batch import grade_batch
        from autograder.grade import Run
        from autograder.screen import Progress, show_summary

        run = Run(out=out, seed=seed, lang=lang, jobs=jobs, allowed=allow_sandbox)
        progress = Progress(len(collection.hand_ins))
        summary = grade_batch(week, collection.hand_ins, run, zygotes, progress.graded)
    show_summary(week, summary, collection.complaints, out)
    if summary.needs_review:
        sys.exit(NEEDS_REVIEW)
    if collection.complaints:
        sys.exit(SOME_UNUSABLE)


@main.command(
    epilog="""\b
Examples:
  autograder verify
  autograder verify residual_block
"""
    + EXIT_CODES
)
@click.argument("ids", nargs=-1, metavar="[ID]...")
@jobs_option
@course_option
@report_errors
def verify(ids: tuple[str, ...], jobs: int, course: Path) -> None:
    """Prove the graders by answers whose marks are known.

    The solution earns everything, the stub nothing, a wrong/ file loses what it declares, a right/ file nothing.
    Each case is graded under two seeds. Without ID: every assignment that has graders.
    """
    from autograder.zygotes import start_zygote, starting_zygotes

    week = _load(course)
    chosen = [_assignment(week, id) for id in ids] or [a for a in week.assignments if a.is_gradable]
    ungraded = [a.id for a in chosen if not a.is_gradable]
    if ungraded:
        raise CourseError(*(f"{id}: no graders yet; add assignments/{id}/graders/test_*.py" for id in ungraded))
    with starting_zygotes(chosen, jobs) as started:
        from autograder import verify as verification
        from autograder.screen import Progress, show_verdicts

        sound = True
        for assignment in chosen:
            cases = verification.cases_of(assignment)
            progress = Progress(len(cases) * len(verification.SEEDS))

            def next_zygote(assignment: Assignment = assignment) -> Any:
                return started.pop(assignment.id, None) or start_zygote(assignment, jobs)

            verdicts = verification.verify(week, assignment, jobs, next_zygote, progress.step)
            sound &= show_verdicts(assignment, verdicts)
    if not sound:
        sys.exit(SOME_UNUSABLE)


@main.command(
    epilog="""\b
Examples:
  autograder check residual_block.py
  autograder check my_answer.ipynb --assignment residual_block --lang en
"""
    + EXIT_CODES
)
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--assignment", metavar="ID", help="Which one it is, where the file's name does not tell.")
@lang_option
@course_option
@report_errors
def check(path: Path, assignment: str | None, lang: Any, course: Path) -> None:
    """Run the public checks on your own file, on your own machine. No marks, no sandbox."""
    from autograder import check as own
    from autograder.screen import show_own_run

    task = own.find_assignment(_load(course), path, assignment)
    passed = show_own_run(own.check(task, own.find_file(path, task), lang), lang)
    if not passed:
        sys.exit(SOME_UNUSABLE)


@main.command(epilog="\b\nExample:\n  autograder doctor\n" + EXIT_CODES)
@report_errors
def doctor() -> None:
    """Say which sandbox level this machine reaches, requirement by requirement, with the fix."""
    from autograder.doctor import examine_host
    from autograder.screen import show_diagnosis

    diagnosis = examine_host()
    show_diagnosis(diagnosis)
    if diagnosis.level != "A":
        sys.exit(WRONG_HOST)


def _load(path: Path) -> Course:
    from autograder.course import load_course

    return load_course(path)


def _assignment(course: Course, id: str) -> Assignment:
    ids = [a.id for a in course.assignments]
    if id not in ids:
        raise CourseError(f"{id}: no such assignment; the course has {', '.join(ids)}{did_you_mean(id, ids)}")
    return course.assignment(id)
