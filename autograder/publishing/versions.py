"""The versions below OUT/published: each is a folder with the files of OUT as they were then."""

from __future__ import annotations

from pathlib import Path

from autograder.errors import CourseError

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
    `final_grades/`. Raise CourseError where nothing is published.
    """
    if is_draft:
        return out
    version = latest_version(out)
    if version is None:
        raise CourseError(
            f"{out}: nothing is published yet; run `autograder publish {out}`, "
            "or take the grades as they are now with --draft"
        )
    return version
