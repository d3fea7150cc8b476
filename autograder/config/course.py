"""grading.yml becomes a Course: every mistake in it, and in what the graders cover, is reported at
once.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import fields
from pathlib import Path
from typing import cast, get_args

from autograder.config.criterion_marks import read_coverage
from autograder.config.packages import read_packages
from autograder.config.rubric import bilingual, check_id, read_rubric
from autograder.config.yaml_nodes import Located, compose
from autograder.errors import CourseError
from autograder.model import (
    SANDBOX_LEVELS,
    Assignment,
    Course,
    Criterion,
    DeclaredFile,
    Level,
    Limits,
    Provenance,
    Rubric,
    WorkerScope,
)
from autograder.text.suggestions import did_you_mean

FILE = "grading.yml"
REQUIRED = ("id", "title", "total", "pass_total", "categories", "assignments")
OPTIONAL = ("bonus_cap", "bonuses", "penalties", "accuracy", "packages")
OF_ASSIGNMENT = (  # keys that an assignment may leave out
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
SCOPES: tuple[WorkerScope, ...] = get_args(WorkerScope)
PROVENANCES: tuple[Provenance, ...] = get_args(Provenance)
FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", re.ASCII)
MODULE = re.compile(r"[a-z_]\w*(?:\.\w+)+", re.ASCII)
OF_WINDOWS = re.compile(
    r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?|.*\.", re.ASCII | re.IGNORECASE
)  # no file's name there
FOLDER = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


def load_course(path: Path) -> Course:
    """The course that `path`, a grading.yml or the folder that holds it, describes.

    CourseError with one complaint per mistake, each `file:line: place: what is wrong, what was
    expected`.
    """
    file = path / FILE if path.is_dir() else path
    try:
        data = file.read_bytes()
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise CourseError(f"{file}: {why}; name {FILE} or the folder that holds it") from None
    top = compose(data, file.name)
    course = _course(top, file.resolve().parent, hashlib.sha256(data).hexdigest())
    coverage = read_coverage(course)
    _check_each_covered(top, course, coverage.criteria)
    complaints = [*sorted(top.complaints, key=lambda c: c.line), *coverage.complaints]
    if complaints:
        raise CourseError(*map(str, complaints))
    return course


def _course(top: Located, root: Path, digest: str) -> Course:
    at = top.fields(*REQUIRED, optional=OPTIONAL)
    rubric = read_rubric(at)
    assignments = tuple(
        _assignment(id, entry, rubric, root) for id, entry in at["assignments"].entries().items()
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
    )


def _assignment(id: str, at: Located, rubric: Rubric, root: Path) -> Assignment:
    parts = at.fields(
        *("title", "minutes", "files", "criteria"),
        optional=OF_ASSIGNMENT,
    )
    if not FOLDER.fullmatch(id):
        at.complain(
            f"the id {id!r} must be one lower-case word such as 'fine_tuning': it names a folder"
        )
    elif OF_WINDOWS.fullmatch(id):
        at.complain(
            f"the id {id!r} must be another word: it names a folder, and none can be called so on Windows"
        )
    return Assignment(
        id=id,
        title=bilingual(parts["title"]),
        minutes=parts["minutes"].count(default=0),
        files=_files(parts["files"]),
        criteria=_criteria(parts["criteria"], rubric.criteria),
        limits=_limits(parts["limits"]),
        worker=cast(WorkerScope, parts["worker"].choice(SCOPES, "criterion")),
        sandbox=cast(Level, parts["sandbox"].choice(SANDBOX_LEVELS, "A")),
        hidden_packages=tuple(entry.text() for entry in parts["hidden_packages"].items()),
        warm_packages=tuple(entry.text() for entry in parts["warm_packages"].items()),
        originals=_modules(parts["originals"]),
        provenance=cast(Provenance, parts["provenance"].choice(PROVENANCES, "flag")),
        needs_images=parts["needs_images"].flag(),
        does_not_run=_penalty(parts["does_not_run"], rubric),
        root=root / "assignments" / id,
        solution=root / "solutions" / id,
    )


def _modules(at: Located) -> tuple[str, ...]:
    names = [(entry, entry.text()) for entry in at.items()]
    for entry, name in names:
        if not MODULE.fullmatch(name):
            entry.complain(
                f"{name!r} must be a module's full name such as 'torchvision.models.resnet'"
            )
    return tuple(name for _, name in names)


def _penalty(at: Located, rubric: Rubric) -> str:
    """The id of a penalty; empty where none is named."""
    return at.choice([p.id for p in rubric.penalties], "")


def _files(at: Located) -> tuple[DeclaredFile, ...]:
    files: list[DeclaredFile] = []
    seen: set[str] = set()
    for name, entry in at.entries().items():
        parts = entry.fields(optional=("alternatives", "max_bytes", "required"))
        alternatives = [(other, other.text()) for other in parts["alternatives"].items()]
        for where, spelled in [(entry, name), *alternatives]:
            _check_file_name(where, spelled, seen)
            seen.add(spelled)
        files.append(
            DeclaredFile(
                name=name,
                alternatives=tuple(spelled for _, spelled in alternatives),
                max_bytes=parts["max_bytes"].size(DeclaredFile(name=name).max_bytes),
                required=parts["required"].flag(default=True),
            )
        )
    return tuple(files)


def _check_file_name(at: Located, name: str, seen: set[str]) -> None:
    if name in seen:
        at.complain(f"file name {name!r} appears twice; keep one", place=at.place)
    elif name and not FILE_NAME.fullmatch(name):
        at.complain(
            f"{name!r} must be a plain file name, without folders or spaces", place=at.place
        )
    elif OF_WINDOWS.fullmatch(name):
        at.complain(
            f"{name!r} must be another name: no file can be called so on Windows", place=at.place
        )


def _criteria(at: Located, known: dict[str, Criterion]) -> tuple[Criterion, ...]:
    named = [(entry, entry.text()) for entry in at.items(least=1)]
    for entry, id in named:
        if id and id not in known:
            entry.complain(
                f"no criterion {id!r} in the rubric{did_you_mean(id, known)}", place=at.path
            )
    return tuple(known[id] for _, id in named if id in known)


def _check_each_decided_once(
    at: dict[str, Located], rubric: Rubric, assignments: tuple[Assignment, ...]
) -> None:
    """Note every criterion that no assignment decides, or more than one."""
    decides: dict[str, str] = {}
    for assignment in assignments:
        for criterion in assignment.criteria:
            if criterion.id in decides:
                where = at["assignments"].find(assignment.id, "criteria")
                where.complain(
                    f"{criterion.id!r} is already decided by {decides[criterion.id]!r}; keep one"
                )
            decides[criterion.id] = assignment.id
    if not all(assignment.criteria for assignment in assignments):
        return  # one cannot be read: what it decides is not known
    for category in rubric.categories:
        for criterion in category.criteria:
            if criterion.id not in decides:
                where = at["categories"].find(category.id, "criteria", criterion.id)
                where.complain(
                    "belongs to no assignment; name it in one's criteria", place=criterion.id
                )


def _check_each_covered(top: Located, course: Course, covered: frozenset[str]) -> None:
    """Note every criterion that its assignment's graders, where they exist, leave without a check."""
    waiting = {
        c.id: a for a in course.assignments if a.is_gradable for c in a.criteria if not c.manual
    }
    for category in course.rubric.categories:
        for criterion in category.criteria:
            if criterion.id in waiting and criterion.id not in covered:
                folder = waiting[criterion.id].graders.relative_to(course.root).as_posix()
                where = top.find("categories", category.id, "criteria", criterion.id)
                where.complain(
                    f"no check in {folder} covers it; add one or say manual: true",
                    place=criterion.id,
                )


def _limits(at: Located) -> Limits:
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
