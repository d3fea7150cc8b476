"""What a result depends on: Python, packages, the graders' files, and the rules of grading.yml."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import platform
import re
import sys
from collections.abc import Collection, Iterator
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path

from autograder.model import Assignment, Basis, Course
from autograder.sandbox.libraries import OUR_DISTRIBUTION, OUR_PACKAGE, visible_paths
from autograder.version import __version__

DIGEST_DIGITS = 16  # hex digits of a part's digest that are kept
IGNORED_NAMES = {  # what tools leave behind
    "__pycache__",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".ipynb_checkpoints",
    ".DS_Store",
}
# Fields of an assignment that decide no result: names for people, where it lies, the sandbox level,
# which each sheet notes, and whether public checks grade it, whose files are then those that count.
FIELDS_WITHOUT_RULES = {
    "id",
    "title",
    "minutes",
    "criteria",
    "sandbox",
    "root",
    "solution",
    "is_graded_by_public",
}
DISTRIBUTION_FOLDER = re.compile(
    r"(?P<name>.+?)(?:-(?P<version>[^-]+))?(?:-py[\d.]+)?\.(?:dist|egg)-info"
)


def basis_of(course: Course, assignment: Assignment) -> Basis:
    """Return what the results of an assignment depend on now, on this machine."""
    files = graders_files(assignment)
    sources = "\n".join(
        path.read_text("utf-8", "replace") for name, path in files.items() if name.endswith(".py")
    )
    rules = {}
    for name, rule in _rules(course, assignment, sources):
        rules[name] = _digest(_canonical(rule))
    return Basis(
        harness=__version__,
        python=platform.python_version(),
        packages=_packages(assignment.hidden_packages) if assignment.runs_code else {},
        files={name: _digest(path.read_bytes()) for name, path in files.items()},
        rules=rules,
    )


def graders_files(assignment: Assignment) -> dict[str, Path]:
    """Return the files of the graders' folder and the YAML files beside it.

    They are by path below the assignment's folder; in a release the checks lie beside it.
    """
    beside = [path for path in assignment.root.glob("*.yml") if path.is_file()]
    graders = assignment.graders
    top = assignment.root if graders.is_relative_to(assignment.root) else graders.parent
    files = {path.relative_to(assignment.root).as_posix(): path for path in sorted(beside)}
    files |= {path.relative_to(top).as_posix(): path for path in sorted(files_below(graders))}
    return dict(sorted(files.items(), key=lambda entry: entry[1]))


def files_below(folder: Path, *, without: Collection[str] = ()) -> Iterator[Path]:
    """Yield the files below a folder, following links, but for what tools leave behind.

    Folders right below it whose names are in `without` are left out.
    """
    visited: set[str] = set()
    for place, folders, names in os.walk(folder, followlinks=True):
        real = os.path.realpath(place)
        if real in visited:
            folders.clear()  # a link that leads back
            continue
        visited.add(real)
        left_out = IGNORED_NAMES.union(without if Path(place) == folder else ())
        folders[:] = sorted(set(folders) - left_out)
        for name in names:
            if name not in IGNORED_NAMES:
                yield Path(place, name)


def _packages(hidden: tuple[str, ...]) -> dict[str, str]:
    """Return the version of every distribution that student code can import, by its name."""
    visible = set(visible_paths())
    found: dict[str, str] = {}
    for site in (path for path in sys.path if path in visible):
        for name, version in _distributions(site):
            found.setdefault(name, version)
    # the harness has a version of its own in a Basis
    left_out = {OUR_PACKAGE, OUR_DISTRIBUTION, *hidden}
    return {name: version for name, version in sorted(found.items()) if name not in left_out}


@functools.cache
def _distributions(site: str) -> tuple[tuple[str, str], ...]:
    """Return name and version of what is installed in a folder, from the names in it.

    Reading each METADATA would take 0.2 s.
    """
    found = []
    for path in sorted(Path(site).iterdir()):
        match = DISTRIBUTION_FOLDER.fullmatch(path.name)
        if match:
            found.append((_normal(match["name"]), match["version"] or _version_in(path)))
    return tuple(found)


def _normal(name: str) -> str:
    """Return a distribution's name as names are compared."""
    return re.sub(r"[-_.]+", "_", name).lower()


def _version_in(place: Path) -> str:
    """Return the version of a distribution whose folder has none in its name; `?`: unknown."""
    metadata = place / "PKG-INFO" if place.is_dir() else place
    try:
        found = re.search(r"^Version: (\S+)", metadata.read_text("utf-8", "replace"), re.MULTILINE)
    except OSError:
        found = None
    return found[1] if found else "?"


def _rules(course: Course, assignment: Assignment, sources: str) -> Iterator[tuple[str, object]]:
    """Yield the rules of grading.yml for an assignment, by name.

    `sources` is the text of its graders: only what they mention can decide a result.
    """
    for field in fields(assignment):
        if field.name not in FIELDS_WITHOUT_RULES:
            yield field.name, getattr(assignment, field.name)
    yield "criteria", [criterion.id for criterion in assignment.criteria]
    for criterion in assignment.criteria:  # its title stands in sentences of blocked checks
        yield criterion.id, [criterion.points, criterion.manual, criterion.title]
    rubric = course.rubric
    for bonus in rubric.bonuses:
        if bonus.id in sources:
            yield bonus.id, bonus.points
    for penalty in rubric.penalties:
        if penalty.id in sources or penalty.id == assignment.does_not_run:
            yield penalty.id, [penalty.points, penalty.days, penalty.share]
    if rubric.accuracy is not None and ("rubric" in sources or assignment.needs_images):
        shares = asdict(rubric.accuracy)
        del shares["bands"]
        yield "accuracy", [shares, [(band.id, band.least) for band in rubric.accuracy.bands]]
    if assignment.runs_code and course.packages:
        yield "packages", course.packages


def _canonical(rule: object) -> bytes:
    """Return a value of the course's model as text that is the same for the same meaning."""
    return json.dumps(rule, sort_keys=True, default=_plain).encode()


def _plain(value: object) -> object:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:DIGEST_DIGITS]
