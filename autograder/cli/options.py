"""What commands share: their common options, exit codes, and errors as lines."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar, cast

import click

from autograder.errors import AutograderError, CourseError, HostError
from autograder.model import Assignment, Course
from autograder.text.sanitize import visible
from autograder.text.suggestions import did_you_mean

EXIT_CODES = """
\b
Exit codes:
  0  everything was done
  1  some input could not be used or marks are by earlier graders (listed), a grader or a public check failed
  2  the command line, grading.yml or a grader is wrong
  3  a fault of the harness kept something from being scored: it needs review
  4  this machine cannot do what was asked (sandbox, disk)
  130  interrupted; running the same command again completes the rest
"""
SOME_UNUSABLE, WRONG_COURSE, NEEDS_REVIEW, WRONG_HOST, INTERRUPTED = 1, 2, 3, 4, 130
JOBS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1

F = TypeVar("F", bound=Callable[..., Any])


def report_errors(command: F) -> F:
    """Turn our own errors into lines on stderr and an exit code; never a traceback for a user's
    mistake.
    """

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except CourseError as error:
            _stop(error, WRONG_COURSE)
        except HostError as error:
            _stop(error, WRONG_HOST)
        except KeyboardInterrupt:
            _stop(
                "interrupted: what was finished is kept; run the same command again for the rest",
                INTERRUPTED,
            )

    return wrapped  # type: ignore[return-value]


def _stop(message: AutograderError | str, code: int) -> None:
    say(str(message), err=True)
    sys.exit(code)


def say(text: str, *, err: bool = False) -> None:
    """Print `text`, in which names of students may stand: what is not seen, or moves the cursor, is
    escaped.
    """
    click.echo(visible(text), err=err)


course_option = click.option(
    "--course",
    type=click.Path(path_type=Path),
    default=Path(),
    help="The folder of grading.yml, or the file itself. Default: here.",
)
data_option = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="AUTOGRADER_DATA",
    help="The folder of flowers-102/ and weights/. Default: $AUTOGRADER_DATA, else data beside grading.yml.",
)
lang_option = click.option(
    "--lang", type=click.Choice(["es", "en"]), default="es", help="What students read."
)
own_course_option = click.option(
    "--course",
    type=click.Path(path_type=Path),
    help="The folder of grading.yml, or the file itself. Default: where your file lies, or here.",
)
own_lang_option = click.option(
    "--lang",
    type=click.Choice(["es", "en"]),
    help="What you read. Default: the language of the folder that was released to you, else es.",
)
assignment_option = click.option(
    "--assignment", metavar="ID", help="Which one it is, where the file's name does not tell."
)
jobs_option = click.option(
    "--jobs", type=click.IntRange(1, 256), default=JOBS, help="Submissions at a time."
)


def load(path: Path) -> Course:
    """The course that `path` names."""
    from autograder.config.course import load_course

    return load_course(path)


def data_folder(course: Course, named: Path | None) -> Path:
    """The folder of images and weights: the one that was named, or `data` beside grading.yml."""
    return course.root / "data" if named is None else named.resolve()


def require_nbgrader() -> None:
    """HostError where the extra is not installed; imports none of it, and makes its import quick."""
    if find_spec("nbgrader") is None or find_spec("jupytext") is None:
        raise HostError("nbgrader is not installed; pip install 'dl-course-autograder[nbgrader]'")
    # nbgrader imports jsonschema, which from 4.25 on builds a grammar of IRIs, for seconds; it goes
    # without, too.
    sys.modules.setdefault("rfc3987_syntax", cast(ModuleType, None))


def find_assignment(course: Course, id: str) -> Assignment:
    """The assignment called `id`; CourseError with a near miss where there is none."""
    ids = [a.id for a in course.assignments]
    if id not in ids:
        raise CourseError(
            f"{id}: no such assignment; the course has {', '.join(ids)}{did_you_mean(id, ids)}"
        )
    return course.assignment(id)
