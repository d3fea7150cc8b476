"""What a result rests on: Python, importable packages, the graders' files, and what grading.yml
means for it.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import platform
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from typing import Any

from autograder.model import Assignment, Basis, Course
from autograder.sandbox.libraries import OUR_DISTRIBUTION, OURS, visible_paths
from autograder.version import __version__

DIGITS = 16  # of a part's digest that are kept
LITTER = {
    "__pycache__",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".ipynb_checkpoints",
    ".DS_Store",
}
# What of an assignment decides no result: names for people, where it lies, and the level that each
# sheet notes.
NO_RULES = {"id", "title", "minutes", "criteria", "sandbox", "root", "solution"}
DISTRIBUTION = re.compile(r"(?P<name>.+?)(?:-(?P<version>[^-]+))?(?:-py[\d.]+)?\.(?:dist|egg)-info")


def basis_of(course: Course, assignment: Assignment) -> Basis:
    """What the results of an assignment rest on now, on this machine."""
    files = _graders_files(assignment)
    sources = [
        path.read_text("utf-8", "replace") for name, path in files.items() if name.endswith(".py")
    ]
    return Basis(
        harness=__version__,
        python=platform.python_version(),
        packages=_packages(assignment.hidden_packages) if assignment.runs_code else {},
        files={name: _digest(path.read_bytes()) for name, path in files.items()},
        rules={
            name: _digest(_canonical(rule))
            for name, rule in _rules(course, assignment, "\n".join(sources))
        },
    )


def _graders_files(assignment: Assignment) -> dict[str, Path]:
    """Every file below the graders' folder and every YAML file beside it, by path below the
    assignment's.
    """
    found = [
        *_files_below(assignment.graders),
        *(p for p in assignment.root.glob("*.yml") if p.is_file()),
    ]
    return {path.relative_to(assignment.root).as_posix(): path for path in sorted(found)}


def _files_below(folder: Path) -> Iterator[Path]:
    """The files of a folder and of those in it, links followed, but for what tools leave behind."""
    seen: set[str] = set()
    for place, folders, names in os.walk(folder, followlinks=True):
        real = os.path.realpath(place)
        folders[:] = [] if real in seen else sorted(set(folders) - LITTER)
        yield from (Path(place, name) for name in names if real not in seen and name not in LITTER)
        seen.add(real)


def _packages(hidden: tuple[str, ...]) -> dict[str, str]:
    """The version of every distribution that student code can import, less those that are hidden
    from it.
    """
    visible = set(visible_paths())
    found: dict[str, str] = {}
    for site in (path for path in sys.path if path in visible):
        for name, version in _distributions(site):
            found.setdefault(name, version)
    left_out = {OURS, OUR_DISTRIBUTION, *hidden}  # the harness has a version of its own in a Basis
    return {name: version for name, version in sorted(found.items()) if name not in left_out}


@functools.cache
def _distributions(site: str) -> tuple[tuple[str, str], ...]:
    """Name and version of what is installed in a folder, by the names in it: reading each METADATA
    takes 0.2 s.
    """
    found = ((DISTRIBUTION.fullmatch(path.name), path) for path in sorted(Path(site).iterdir()))
    return tuple(
        (_normal(match["name"]), match["version"] or _version_in(path))
        for match, path in found
        if match
    )


def _normal(name: str) -> str:
    """A distribution's name as it is compared."""
    return re.sub(r"[-_.]+", "_", name).lower()


def _version_in(place: Path) -> str:
    """The version of a distribution whose folder does not tell; `?` where nothing does."""
    metadata = place / "PKG-INFO" if place.is_dir() else place
    try:
        found = re.search(r"^Version: (\S+)", metadata.read_text("utf-8", "replace"), re.MULTILINE)
    except OSError:
        found = None
    return found[1] if found else "?"


def _rules(course: Course, assignment: Assignment, sources: str) -> Iterator[tuple[str, Any]]:
    """What grading.yml says of an assignment and of what its graders may give or read, by name."""
    for field in fields(assignment):
        if field.name not in NO_RULES:
            yield field.name, getattr(assignment, field.name)
    yield "criteria", [criterion.id for criterion in assignment.criteria]
    for criterion in assignment.criteria:  # its title stands in sentences about what was blocked
        yield criterion.id, [criterion.points, criterion.manual, criterion.title]
    rubric = course.rubric
    for bonus in rubric.bonuses:
        if bonus.id in sources:
            yield bonus.id, bonus.points
    for penalty in rubric.penalties:
        if penalty.id in sources or penalty.id == assignment.does_not_run:
            yield penalty.id, [penalty.points, penalty.days, penalty.share]
    if rubric.accuracy is not None and ("rubric" in sources or assignment.needs_images):
        shares = {name: share for name, share in _plain(rubric.accuracy).items() if name != "bands"}
        yield "accuracy", [shares, [(band.id, band.least) for band in rubric.accuracy.bands]]
    if assignment.runs_code and course.packages:
        yield "packages", course.packages


def _canonical(rule: Any) -> bytes:
    """A value of the course's model as text that is the same for the same meaning."""
    return json.dumps(rule, sort_keys=True, default=_plain).encode()


def _plain(value: Any) -> Any:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:DIGITS]
