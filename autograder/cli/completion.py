"""Completion of ids in the shell: assignments, criteria and students, without importing torch.

A course that cannot be read completes nothing: the command itself says what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import click

from autograder.config.course import COURSE_FILE, load_course
from autograder.errors import AutograderError
from autograder.model import Course
from autograder.scoring.overrides import students_in

STUDENTS_FOLDERS = ("submitted", "into")  # parameters that name the folder of a class


def assignment_ids(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Return the ids of assignments that begin so."""
    course = _course_of(ctx)
    ids = [assignment.id for assignment in course.assignments] if course is not None else []
    return _beginning(ids, incomplete)


def criterion_ids(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Return the ids of criteria that begin so."""
    course = _course_of(ctx)
    return _beginning(course.rubric.criteria if course is not None else [], incomplete)


def decision_ids(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Return the ids of criteria, bonuses and penalties that begin so."""
    course = _course_of(ctx)
    if course is None:
        return []
    rubric = course.rubric
    ids = [*rubric.criteria, *(bonus.id for bonus in rubric.bonuses)]
    return _beginning([*ids, *(penalty.id for penalty in rubric.penalties)], incomplete)


def student_ids(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Return the ids of students that begin so: the folders of the class that the command names."""
    named = [ctx.params.get(name) for name in STUDENTS_FOLDERS]
    for folder in (*named, *ctx.args):  # click leaves arguments there while an option has no value
        if folder is not None and Path(folder).is_dir():
            return _beginning(students_in(Path(folder)), incomplete)
    return []


def _course_of(ctx: click.Context) -> Course | None:
    """Return the course that the command names, or whose file lies beside a named file or here."""
    places = [Path(ctx.params.get("course") or "")]
    for path in map(Path, filter(None, (ctx.params.get("path"), *ctx.args))):
        places += [path, path.parent]
    for place in (*places, Path()):
        if place.name == COURSE_FILE or (place / COURSE_FILE).is_file():
            with suppress(AutograderError):
                return load_course(place)
    return None


def _beginning(ids: Iterable[str], incomplete: str) -> list[str]:
    return sorted(name for name in ids if name.startswith(incomplete))
