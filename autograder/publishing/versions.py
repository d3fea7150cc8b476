"""The versions below OUT/published: each is a folder with the files of OUT as they were then."""

from __future__ import annotations

from pathlib import Path

from autograder.errors import CourseError
from autograder.publishing.manifest import require_unchanged

PUBLISHED_FOLDER = "published"  # below OUT


def version_folders(out: Path) -> dict[int, Path]:
    """Return the folder of each published version by its number, in ascending order."""
    folders = (path for path in (out / PUBLISHED_FOLDER).glob("*") if path.name.isdecimal())
    return dict(sorted((int(path.name), path) for path in folders if path.is_dir()))


def latest_version(out: Path) -> Path | None:
    """Return the folder of the latest published version; None where nothing is published."""
    folders = list(version_folders(out).values())
    return folders[-1] if folders else None


def graded_folder(out: Path, *, is_draft: bool = False) -> Path:
    """Return the folder whose grades may leave the harness.

    It is the latest published version, or OUT itself for a draft. Both hold `results/` and
    `final_grades/`. Raise CourseError where nothing is published, or a published file was changed.
    """
    if is_draft:
        return out
    version = latest_version(out)
    if version is None:
        raise CourseError(
            f"{out}: nothing is published yet; run `autograder publish {out}`, "
            "or take the grades as they are now with --draft"
        )
    require_unchanged(version)
    return version


def version_folder(out: Path, number: int) -> Path:
    """Return the folder of a published version of OUT; CourseError where there is none."""
    folders = version_folders(out)
    if number not in folders:
        known = ", ".join(map(str, folders)) or "none"
        raise CourseError(f"{out}: no published version {number}; expected one of: {known}")
    return folders[number]


def is_version(folder: Path) -> bool:
    """Return whether a folder is that of a published version."""
    return folder.name.isdecimal() and folder.parent.name == PUBLISHED_FOLDER
