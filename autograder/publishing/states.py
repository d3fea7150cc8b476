"""A state of a class's grades that can be compared: OUT as it is now, or a published version."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CourseError
from autograder.publishing.changes import StateName
from autograder.publishing.grade_files import GRADES_FOLDER
from autograder.publishing.manifest import require_unchanged
from autograder.publishing.versions import is_version, version_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeState:
    """A folder of grades, and its name for people."""

    folder: Path
    name: StateName


def state_of(place: str, out: Path | None) -> GradeState:
    """Return the state that a folder, or the number of a version of OUT, names.

    CourseError where there is none, or the files of a version were changed.
    """
    if place.isdecimal():
        if out is None:
            raise CourseError(f"{place}: a version of which OUT? name the folder with --out")
        return version_state(version_folder(out, int(place)))
    folder = Path(place)
    if is_version(folder.resolve()):
        return version_state(folder.resolve())
    if not any((folder / GRADES_FOLDER).glob("*.json")):
        raise CourseError(
            f"{folder}: no final grades; expected a folder of `autograder grade`, "
            "or a published version"
        )
    return GradeState(folder=folder, name=StateName(folder=place))


def version_state(folder: Path) -> GradeState:
    """Return a published version as a state; CourseError where its files were changed."""
    require_unchanged(folder)
    return GradeState(folder=folder, name=StateName(folder=str(folder), version=int(folder.name)))
