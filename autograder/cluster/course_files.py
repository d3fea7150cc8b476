"""The files of a course that a node needs, as one archive: grading.yml, graders and solutions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path, PurePosixPath

from autograder.config.course import COURSE_FILE
from autograder.errors import CourseError
from autograder.grading.cache.fingerprint import files_below, graders_files
from autograder.model import Assignment, Course

# Of an assignment, below its folder: answers with known marks, which only `verify` reads.
UNUSED_FOLDERS = ("right", "wrong")


def course_files(course: Course, assignments: Sequence[Assignment]) -> dict[str, bytes]:
    """Return the files that grade these assignments, by their path below the course's folder."""
    paths = dict(_paths(course, assignments))
    files = {name: path.read_bytes() for name, path in sorted(paths.items())}
    files[COURSE_FILE] = _grading_yml(course)
    return files


def write_files(folder: Path, names: Iterable[str], contents: Iterable[bytes]) -> None:
    """Write files below a folder; ValueError for a name that leads out of it."""
    for name, content in zip(names, contents, strict=True):
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts:
            raise ValueError(f"{name}: leads out of the course's folder")
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def _paths(course: Course, assignments: Sequence[Assignment]) -> Iterator[tuple[str, Path]]:
    for assignment in assignments:
        places = [assignment.root, assignment.graders, assignment.solution]
        for path in (
            each for place in places for each in files_below(place, without=UNUSED_FOLDERS)
        ):
            yield path.relative_to(course.root).as_posix(), path
        for path in graders_files(assignment).values():
            yield path.relative_to(course.root).as_posix(), path


def _grading_yml(course: Course) -> bytes:
    """Return the file that the course was loaded from, whatever its name."""
    for path in [course.root / COURSE_FILE, *sorted(course.root.glob("*.y*ml"))]:
        if path.is_file() and sha256(content := path.read_bytes()).hexdigest() == course.digest:
            return content
    raise CourseError(f"{course.root}: {COURSE_FILE} changed during the run; run it again")
