"""What commands share: their options, errors as lines on stderr, a course's assignments."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import NoReturn, ParamSpec, TypeVar, cast, get_args

import click

from autograder.api.threads import usable_cpus
from autograder.cli.completion import assignment_ids
from autograder.cli.exit_codes import INTERRUPTED, WRONG_COURSE, WRONG_HOST
from autograder.errors import AutograderError, CourseError, HostError
from autograder.model import SANDBOX_LEVELS, Accuracy, Assignment, Course
from autograder.text.log_format import log_to_stderr
from autograder.text.sanitize import one_line, visible
from autograder.text.suggestions import did_you_mean

P = ParamSpec("P")
T = TypeVar("T")


def report_errors(command: Callable[P, T]) -> Callable[P, T]:
    """Turn the harness's own errors into lines on stderr and an exit code.

    A user's mistake never shows a traceback.
    """

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except CourseError as error:
            _print_and_exit(error, WRONG_COURSE)
        except HostError as error:
            _print_and_exit(error, WRONG_HOST)
        except KeyboardInterrupt:
            _print_and_exit(
                "interrupted: what was finished is kept; run the same command again for the rest",
                INTERRUPTED,
            )

    return wrapped


def _print_and_exit(message: AutograderError | str, code: int) -> NoReturn:
    say(str(message), err=True)
    sys.exit(code)


def say(text: str, *, err: bool = False) -> None:
    """Print `text`, in which names of students may stand; invisible characters are escaped."""
    click.echo(visible(text), err=err)


def say_line(text: str, *, err: bool = False) -> None:
    """Print `text` as one line, whatever line ends it holds."""
    click.echo(one_line(text), err=err)


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
    help="The folder of flowers-102/ and weights/. "
    "Default: $AUTOGRADER_DATA, else data beside grading.yml.",
)
lang_option = click.option(
    "--lang", type=click.Choice(["es", "en"]), default="es", help="The language that students read."
)
page_lang_option = click.option(
    "--lang",
    type=click.Choice(["es", "en"]),
    help="The language of the page. Default: that of the reports in OUT.",
)
# Options of students' commands have their help in student_help.yml.
own_course_option = click.option("--course", type=click.Path(path_type=Path))
own_lang_option = click.option("--lang", type=click.Choice(["es", "en"]))
own_assignment_option = click.option("--assignment", shell_complete=assignment_ids)
ids_argument = click.argument("ids", nargs=-1, metavar="[ID]...", shell_complete=assignment_ids)
jobs_option = click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    default=usable_cpus(),
    help="The number of submissions graded at a time.",
)
allow_sandbox_option = click.option(
    "--allow-sandbox",
    type=click.Choice(SANDBOX_LEVELS),
    help="The weakest sandbox level to accept. Default: what the assignment requires (A).",
)
accuracy_option = click.option(
    "--accuracy",
    type=click.Choice(get_args(Accuracy)),
    default="full",
    help="Measure on every test image, or stop once the level is certain "
    "(the report says how certain).",
)
threads_option = click.option(
    "--threads", type=click.IntRange(1, 64), default=1, help="Threads of a submission's process."
)
verbose_option = click.option(
    "-v",
    "--verbose",
    count=True,
    expose_value=False,
    callback=lambda _context, _option, count: log_to_stderr(count),
    help="Log to stderr what is done and why; -vv logs details too.",
)


def data_folder(course: Course, named: Path | None) -> Path:
    """Return the folder of images and weights: the named one, or `data` beside grading.yml."""
    return course.root / "data" if named is None else named.resolve()


def require_nbgrader() -> None:
    """Raise HostError where the extra is not installed; import none of it.

    It also makes the import quick: nbgrader imports jsonschema, which from 4.25 on builds a grammar
    of IRIs for seconds, and works without it.
    """
    if find_spec("nbgrader") is None or find_spec("jupytext") is None:
        raise HostError("nbgrader is not installed; pip install 'dl-course-autograder[nbgrader]'")
    sys.modules.setdefault("rfc3987_syntax", cast(ModuleType, None))


def find_assignment(course: Course, assignment_id: str) -> Assignment:
    """Return the assignment of an id; raise CourseError with a suggestion where there is none."""
    ids = [assignment.id for assignment in course.assignments]
    if assignment_id not in ids:
        raise CourseError(
            f"{assignment_id}: no such assignment; the course has {', '.join(ids)}"
            f"{did_you_mean(assignment_id, ids)}"
        )
    return course.assignment(assignment_id)


def chosen_assignments(course: Course, ids: tuple[str, ...]) -> list[Assignment]:
    """Return the assignments of these ids, or without ids all that have graders."""
    if ids:
        return [find_assignment(course, assignment_id) for assignment_id in ids]
    return [assignment for assignment in course.assignments if assignment.is_gradable]
