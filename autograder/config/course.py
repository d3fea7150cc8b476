"""The reader of grading.yml: it makes a Course, and reports every mistake at once."""

from __future__ import annotations

import hashlib
import re
from dataclasses import fields
from pathlib import Path
from typing import cast, get_args

from autograder.config.course_part import PART, complete_part
from autograder.config.coverage import read_coverage
from autograder.config.declared_files import RESERVED_ON_WINDOWS, read_files
from autograder.config.leaderboard import read_leaderboard
from autograder.config.packages import read_packages
from autograder.config.pages import read_pages
from autograder.config.parse_yaml import parse_yaml
from autograder.config.rubric import bilingual, check_id, read_rubric
from autograder.config.yaml_nodes import YamlNode
from autograder.errors import CourseError
from autograder.model import (
    SANDBOX_LEVELS,
    Assignment,
    Course,
    Criterion,
    Level,
    Limits,
    Provenance,
    Rubric,
    WorkerScope,
)
from autograder.text.suggestions import did_you_mean

COURSE_FILE = "grading.yml"
REQUIRED_KEYS = ("id", "title", "total", "pass_total", "categories", "assignments")
OPTIONAL_KEYS = (
    "bonus_cap",
    "bonuses",
    "penalties",
    "accuracy",
    "packages",
    "pages",
    "leaderboard",
    PART,
)
OPTIONAL_ASSIGNMENT_KEYS = (  # keys that an assignment may leave out
    *(
        "limits",
        "worker",
        "sandbox",
        "hidden_packages",
        "warm_packages",
        "needs_images",
        "does_not_run",
    ),
    *("originals", "provenance"),
)
WORKER_SCOPES: tuple[WorkerScope, ...] = get_args(WorkerScope)
PROVENANCE_VALUES: tuple[Provenance, ...] = get_args(Provenance)
MODULE_PATTERN = re.compile(r"[a-z_]\w*(?:\.\w+)+", re.ASCII)
FOLDER_PATTERN = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


def load_course(path: Path) -> Course:
    """Return the course that `path` describes: a grading.yml, or the folder that contains it.

    CourseError with one problem per mistake, each `file:line: place: what is wrong, what was
    expected`. Mistakes in the graders' criterion marks are among them.
    """
    file = path / COURSE_FILE if path.is_dir() else path
    try:
        data = file.read_bytes()
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise CourseError(
            f"{file}: {why}; name {COURSE_FILE} or the folder that holds it"
        ) from None
    top = parse_yaml(data, file.name)
    course = _course(top, file.resolve().parent, hashlib.sha256(data).hexdigest())
    coverage = read_coverage(course)
    _check_each_covered(top, course, coverage.criteria)
    problems = [*sorted(top.problems, key=lambda c: c.line), *coverage.problems]
    if problems:
        raise CourseError(*map(str, problems))
    return course


def _course(top: YamlNode, root: Path, digest: str) -> Course:
    complete_part(top.node)
    at = top.fields(*REQUIRED_KEYS, optional=OPTIONAL_KEYS)
    rubric = read_rubric(at)
    assignments = tuple(
        _assignment(assignment_id, entry, rubric, root)
        for assignment_id, entry in at["assignments"].entries().items()
    )
    _check_each_decided_once(at, rubric, assignments)
    return Course(
        id=check_id(at["id"], at["id"].text()),
        title=bilingual(at["title"]),
        rubric=rubric,
        assignments=assignments,
        root=root,
        digest=digest,
        packages=read_packages(at["packages"]),
        pages=read_pages(at["pages"]),
        leaderboard=read_leaderboard(at["leaderboard"]),
    )


def _assignment(assignment_id: str, at: YamlNode, rubric: Rubric, root: Path) -> Assignment:
    parts = at.fields(
        *("title", "minutes", "files", "criteria"),
        optional=OPTIONAL_ASSIGNMENT_KEYS,
    )
    _check_folder_name(at, assignment_id)
    return Assignment(
        id=assignment_id,
        title=bilingual(parts["title"]),
        minutes=parts["minutes"].count(default=0),
        files=read_files(parts["files"]),
        criteria=_criteria(parts["criteria"], rubric.criteria),
        limits=_limits(parts["limits"]),
        worker=cast(WorkerScope, parts["worker"].choice(WORKER_SCOPES, "criterion")),
        sandbox=cast(Level, parts["sandbox"].choice(SANDBOX_LEVELS, "A")),
        hidden_packages=tuple(entry.text() for entry in parts["hidden_packages"].items()),
        warm_packages=tuple(entry.text() for entry in parts["warm_packages"].items()),
        originals=_modules(parts["originals"]),
        provenance=cast(Provenance, parts["provenance"].choice(PROVENANCE_VALUES, "flag")),
        needs_images=parts["needs_images"].flag(),
        does_not_run=_penalty(parts["does_not_run"], rubric),
        root=root / "assignments" / assignment_id,
        solution=root / "solutions" / assignment_id,
    )


def _check_folder_name(at: YamlNode, name: str) -> None:
    """Add a problem for an assignment's id that cannot name a folder on every system."""
    if not FOLDER_PATTERN.fullmatch(name):
        at.add_error(
            f"the id {name!r} must be one lower-case word such as 'fine_tuning': it names a folder"
        )
    elif RESERVED_ON_WINDOWS.fullmatch(name):
        at.add_error(
            f"the id {name!r} must be another word: it names a folder, "
            "and none can be called so on Windows"
        )


def _modules(at: YamlNode) -> tuple[str, ...]:
    names = [(entry, entry.text()) for entry in at.items()]
    for entry, name in names:
        if not MODULE_PATTERN.fullmatch(name):
            entry.add_error(
                f"{name!r} must be a module's full name such as 'torchvision.models.resnet'"
            )
    return tuple(name for _, name in names)


def _penalty(at: YamlNode, rubric: Rubric) -> str:
    """Return the id of a penalty; "" where none is named."""
    return at.choice([p.id for p in rubric.penalties], "")


def _criteria(at: YamlNode, known: dict[str, Criterion]) -> tuple[Criterion, ...]:
    named = [(entry, entry.text()) for entry in at.items(least=1)]
    for entry, criterion_id in named:
        if criterion_id and criterion_id not in known:
            entry.add_error(
                f"no criterion {criterion_id!r} in the rubric{did_you_mean(criterion_id, known)}",
                place=at.path,
            )
    return tuple(known[criterion_id] for _, criterion_id in named if criterion_id in known)


def _check_each_decided_once(
    at: dict[str, YamlNode], rubric: Rubric, assignments: tuple[Assignment, ...]
) -> None:
    """Add a problem for every criterion that no assignment decides, or more than one."""
    decides: dict[str, str] = {}
    for assignment in assignments:
        for criterion in assignment.criteria:
            if criterion.id in decides:
                where = at["assignments"].find(assignment.id, "criteria")
                where.add_error(
                    f"{criterion.id!r} is already decided by {decides[criterion.id]!r}; keep one"
                )
            decides[criterion.id] = assignment.id
    if not all(assignment.criteria for assignment in assignments):
        return  # the criteria of one cannot be read
    for category in rubric.categories:
        for criterion in category.criteria:
            if criterion.id not in decides:
                where = at["categories"].find(category.id, "criteria", criterion.id)
                where.add_error(
                    "belongs to no assignment; name it in one's criteria", place=criterion.id
                )


def _check_each_covered(top: YamlNode, course: Course, covered: frozenset[str]) -> None:
    """Add a problem for every criterion that existing graders of its assignment do not check."""
    waiting = {
        c.id: a for a in course.assignments if a.is_gradable for c in a.criteria if not c.manual
    }
    for category in course.rubric.categories:
        for criterion in category.criteria:
            if criterion.id in waiting and criterion.id not in covered:
                folder = waiting[criterion.id].graders.relative_to(course.root).as_posix()
                where = top.find("categories", category.id, "criteria", criterion.id)
                where.add_error(
                    f"no check in {folder} covers it; add one or say manual: true",
                    place=criterion.id,
                )


def _limits(at: YamlNode) -> Limits:
    default = Limits()
    parts = at.fields(optional=[field.name for field in fields(Limits)])
    return Limits(
        wall_import=parts["wall_import"].seconds(default.wall_import),
        wall_check=parts["wall_check"].seconds(default.wall_check),
        wall_submission=parts["wall_submission"].seconds(default.wall_submission),
        wall_measure=parts["wall_measure"].seconds(default.wall_measure),
        reserve=parts["reserve"].seconds(default.reserve),
        cpu=parts["cpu"].whole_seconds(default.cpu),
        memory=parts["memory"].size(default.memory),
        processes=parts["processes"].count(default.processes),
        open_files=parts["open_files"].count(default.open_files),
        output=parts["output"].size(default.output),
        disk=parts["disk"].size(default.disk),
        answer=parts["answer"].size(default.answer),
    )
