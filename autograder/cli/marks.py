"""`autograder marks`: what people decide about criteria, bonuses and penalties, in the class's
marks.yml.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from autograder.cli.options import EXIT_CODES, course_option, load, report_errors, say
from autograder.errors import CourseError
from autograder.model import Course, Decisions, Mark
from autograder.scoring.override_commands import check_known, decision_from, each, in_words
from autograder.text.sanitize import one_line


@click.group(
    epilog="""\b
Examples:
  autograder marks set submitted --student ana product.code.clean 2.5 \\
    --author "Marta Ruiz" --reason "Se lee bien."
  autograder marks set submitted --student ana penalty.late --days 1 \\
    --author "Marta Ruiz" --reason "Llegó el martes."
  autograder marks show submitted
"""
    + EXIT_CODES
)
def marks() -> None:
    """Set and show what people decide: marks, bonuses, penalties, and what they take back.

    All of it is kept in marks.yml at the top of SUBMITTED, from where `grade` takes it.
    """


submitted_argument = click.argument(
    "submitted", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
file_option = click.option(
    "--marks",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file of marks. Default: marks.yml in SUBMITTED.",
)
author_option = click.option("--author", required=True, help="Who decides; it shows in the report.")
reason_option = click.option("--reason", required=True, help="Why; it shows in the report.")


@marks.command(name="set")
@submitted_argument
@click.argument("id")
@click.argument("points", required=False)
@click.option("--student", required=True, metavar="ID", help="Whom it is about.")
@click.option(
    "--days", type=click.IntRange(1), help="How many days late, for a penalty that counts them."
)
@click.option("--waive", is_flag=True, help="Take back a bonus or penalty that the harness found.")
@author_option
@reason_option
@file_option
@course_option
@report_errors
def set_(
    submitted: Path,
    id: str,
    points: str | None,
    student: str,
    days: int | None,
    waive: bool,
    author: str,
    reason: str,
    file: Path | None,
    course: Path,
) -> None:
    """Decide a criterion, by its ID and POINTS, or a bonus or penalty, by its ID.

    What was decided before about the same ID is replaced.
    """
    from autograder.scoring.overrides import decide

    week = load(course)
    _check_words(author, reason)
    decision = decision_from(
        week.rubric, id, points, days, waive=waive, author=author, reason=reason
    )
    _change(week, submitted, file, student, lambda decisions: decide(decisions, decision))
    say(one_line(f"{student}: {in_words(week.rubric, decision)}"))


@marks.command()
@submitted_argument
@click.argument("id")
@click.option("--student", required=True, metavar="ID", help="Whom it is about.")
@file_option
@course_option
@report_errors
def clear(submitted: Path, id: str, student: str, file: Path | None, course: Path) -> None:
    """Forget what was decided about ID: what the harness found counts again."""
    from autograder.scoring.overrides import undecide

    week = load(course)

    def without(decisions: Decisions) -> Decisions:
        rest = undecide(decisions, id)
        if rest == decisions:
            raise CourseError(
                f"{student}: nothing is decided about {id!r}; see `autograder marks show`"
            )
        return rest

    _change(week, submitted, file, student, without)
    say(one_line(f"{student}: {id}: cleared"))


@marks.command()
@submitted_argument
@click.option(
    "--student", "students", multiple=True, metavar="ID", help="Only this one. Repeatable."
)
@file_option
@course_option
@report_errors
def show(submitted: Path, students: tuple[str, ...], file: Path | None, course: Path) -> None:
    """Show what people decided, a line for each decision."""
    from autograder.scoring.overrides import students_in

    week = load(course)
    decided = _read(week, submitted, file)
    for student in students:
        check_known("student", student, students_in(submitted))
    for student, decisions in sorted(decided.items()):
        if not students or student in students:
            for decision in each(decisions):
                say(one_line(f"{student}: {in_words(week.rubric, decision)}"))


@marks.command()
@submitted_argument
@click.option(
    "--out",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help="Where `grade` put its results.",
)
@click.option(
    "--student", "students", multiple=True, metavar="ID", help="Only this one. Repeatable."
)
@click.option(
    "--criterion", "criteria", multiple=True, metavar="ID", help="Only this one. Repeatable."
)
@author_option
@reason_option
@file_option
@course_option
@report_errors
def accept(
    submitted: Path,
    out: Path,
    students: tuple[str, ...],
    criteria: tuple[str, ...],
    author: str,
    reason: str,
    file: Path | None,
    course: Path,
) -> None:
    """Make marks of what the harness proposes in OUT, where nothing is decided yet."""
    from autograder.grading.cache import sheets_in
    from autograder.scoring.overrides import decide, students_in, write_marks

    week = load(course)
    _check_words(author, reason)
    known = students_in(submitted)
    for student in students:
        check_known("student", student, known)
    for id in criteria:
        check_known("criterion", id, week.rubric.criteria)
    decided = _read(week, submitted, file)
    stale: list[str] = []
    for sheet in sheets_in(week, out, "en", stale):
        if sheet.is_earlier:
            stale.append(
                f"{sheet.student}: {sheet.assignment}: graded by earlier graders; grade it again"
            )
            continue
        before = decided.get(sheet.student, Decisions())
        marked = {mark.criterion for mark in before.marks}
        for score in sheet.scores:
            wanted = sheet.student in (students or known) and score.criterion in (
                criteria or [score.criterion]
            )
            if (
                score.state == "manual"
                and score.proposed is not None
                and wanted
                and score.criterion not in marked
            ):
                mark = Mark(
                    criterion=score.criterion, points=score.proposed, author=author, reason=reason
                )
                before = decided[sheet.student] = decide(before, mark)
                say(one_line(f"{sheet.student}: {in_words(week.rubric, mark)}"))
    for line in stale:
        say(one_line(line), err=True)
    write_marks(_file(submitted, file), decided)


def _file(submitted: Path, named: Path | None) -> Path:
    from autograder.scoring.overrides import FILE

    return named or submitted / FILE


def _read(course: Course, submitted: Path, named: Path | None) -> dict[str, Decisions]:
    from autograder.scoring.overrides import read_marks, students_in

    file = _file(submitted, named)
    return read_marks(file, course.rubric, students_in(submitted)) if file.exists() else {}


def _change(
    course: Course,
    submitted: Path,
    named: Path | None,
    student: str,
    change: Callable[[Decisions], Decisions],
) -> None:
    """Change what is decided about a student; nothing is written unless all of it holds."""
    from autograder.scoring.overrides import students_in, write_marks
    from autograder.scoring.validation import check_adjustments, check_decisions

    check_known("student", student, students_in(submitted))
    decided = _read(course, submitted, named)
    decided[student] = change(decided.get(student, Decisions()))
    check_decisions(course.rubric, student, decided[student])
    check_adjustments(course.rubric, student, decided[student].adjustments)
    write_marks(_file(submitted, named), decided)


def _check_words(*texts: str) -> None:
    if not all(text.strip() for text in texts):
        raise CourseError("--author and --reason must say something: both show in the report")
