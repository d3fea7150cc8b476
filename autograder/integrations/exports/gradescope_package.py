"""The package that Gradescope takes: scripts, the course's files of one assignment, the harness."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import shlex
import zipfile
from collections.abc import Iterator, Mapping
from importlib import metadata, resources
from pathlib import Path

from packaging.requirements import Requirement

from autograder.errors import CourseError, HostError
from autograder.model import Assignment, Course, Lang, Level
from autograder.sandbox.libraries import OUR_DISTRIBUTION, OUR_PACKAGE
from autograder.version import __version__

SETUP, RUN = "setup.sh", "run_autograder"  # their names at the top of the package
SETTINGS, REQUIREMENTS = "settings.sh", "requirements.txt"
STUDENT = "submission"  # the id of whoever handed in: results name nobody
LEFT_OUT = frozenset(("right", "wrong", "__pycache__", ".ipynb_checkpoints"))  # proofs, caches
ROOT_FILES = ("grading.yml", "conftest.py")
ENTRY_DATE = (1980, 1, 1, 0, 0, 0)
SCRIPT_MODE, FILE_MODE = 0o755, 0o644
UNIX_SYSTEM = 3


def gradescope_package(
    course: Course,
    assignment: Assignment,
    *,
    lang: Lang,
    weakest: Level,
    data: Path | None = None,
) -> bytes:
    """Return the zip of an assignment, the same bytes for the same files.

    CourseError where the assignment cannot be graded so.
    """
    if not assignment.is_gradable:
        raise CourseError(f"{assignment.id}: has no graders; a person marks it, and no container")
    if assignment.needs_images and data is None:
        raise CourseError(
            f"{assignment.id}: measures on test images; name their folder with --data, and it is "
            "packed, too"
        )
    settings = {
        "ASSIGNMENT": assignment.id,
        "STUDENT": STUDENT,
        "STUDENT_LANG": lang,
        "WEAKEST_SANDBOX": weakest,
        "HARNESS_VERSION": __version__,
    }
    entries: dict[str, bytes] = {
        SETUP: _script("setup.sh"),
        RUN: _script("run_autograder.sh"),
        SETTINGS: "".join(f"{k}={shlex.quote(v)}\n" for k, v in settings.items()).encode(),
        REQUIREMENTS: requirements().encode(),
        **wheel(),
        **dict(_course_files(course, assignment)),
    }
    if data is not None:
        entries.update((f"data/{name}", content) for name, content in _files_below(data))
    return _zip(entries)


def _script(name: str) -> bytes:
    return resources.files(__package__).joinpath(name).read_bytes()


def _course_files(course: Course, assignment: Assignment) -> Iterator[tuple[str, bytes]]:
    """Yield what grading reads of a course, by its path below the course's folder."""
    for name in ROOT_FILES:
        file = course.root / name
        if file.is_file():
            yield name, file.read_bytes()
    for folder in (assignment.root, assignment.solution):
        for name, content in _files_below(folder):
            yield f"{folder.relative_to(course.root).as_posix()}/{name}", content


def _files_below(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_file() and not LEFT_OUT & set(relative.parts):
            yield relative.as_posix(), path.read_bytes()


def requirements() -> str:
    """Return the packages that the harness needs, in the versions that are installed here."""
    lines = []
    for text in metadata.requires(OUR_DISTRIBUTION) or ():
        required = Requirement(text)
        if required.marker is None or required.marker.evaluate({"extra": ""}):
            lines.append(f"{required.name}=={metadata.version(required.name)}")
    return "\n".join(sorted(lines)) + "\n"


def wheel() -> dict[str, bytes]:
    """Return the wheel of the harness as it is installed here, by its file name."""
    name = f"{OUR_DISTRIBUTION}-{__version__}"
    package = Path(str(resources.files(OUR_PACKAGE)))
    files = {f"{OUR_PACKAGE}/{path}": content for path, content in _files_below(package)}
    info = f"{name}.dist-info"
    distribution = metadata.distribution(OUR_DISTRIBUTION)
    files[f"{info}/METADATA"] = _metadata_of(distribution).encode()
    files[f"{info}/WHEEL"] = (
        b"Wheel-Version: 1.0\nGenerator: autograder\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    files[f"{info}/entry_points.txt"] = b"[console_scripts]\nautograder = autograder.cli:run\n"
    files[f"{info}/RECORD"] = _record(files, info)
    return {f"{name}-py3-none-any.whl": _zip(files)}


def _metadata_of(distribution: metadata.Distribution) -> str:
    """Return what a wheel says of itself; an installation from source says it in another file."""
    found = distribution.read_text("METADATA") or distribution.read_text("PKG-INFO")
    if found is None:
        raise HostError(f"{OUR_DISTRIBUTION}: installed without metadata; install it with pip")
    return found


def _record(files: Mapping[str, bytes], info: str) -> bytes:
    """Return the list of files that an installer checks, as the format of wheels wants it."""
    lines = []
    for name, content in sorted(files.items()):
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(content)}\n")
    return "".join([*lines, f"{info}/RECORD,,\n"]).encode()


def _zip(entries: Mapping[str, bytes]) -> bytes:
    """Return a zip whose scripts can be run, without a clock."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(entries.items()):
            entry = zipfile.ZipInfo(name, ENTRY_DATE)
            entry.create_system = UNIX_SYSTEM
            mode = SCRIPT_MODE if re.fullmatch(f"{SETUP}|{RUN}", name) else FILE_MODE
            entry.external_attr = mode << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return buffer.getvalue()
