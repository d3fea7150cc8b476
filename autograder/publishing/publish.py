"""Publishing: freeze what students get in OUT as the next version, whole or not at all."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from autograder.errors import CourseError
from autograder.grading.cache.earlier_results import RUN_METADATA_FILE, noted_folders
from autograder.grading.output_folder import is_behind
from autograder.handin.collect.ledger import LEDGER_FILE
from autograder.model import Decisions, Rubric
from autograder.publishing.grade_files import GRADES_FOLDER
from autograder.publishing.manifest import (
    MANIFEST_FILE,
    Manifest,
    digest_of,
    files_below,
    manifest_text,
    require_unchanged,
)
from autograder.publishing.versions import PUBLISHED_FOLDER, version_folders
from autograder.results import UNFINISHED, write
from autograder.scoring.overrides import MARKS_FILE, read_marks
from autograder.version import __version__

# Of OUT: what students get, and what it was made from. Pages for staff are not frozen.
FROZEN_FOLDERS = ("results", GRADES_FOLDER, "reports")
FROZEN_FILES = ("scores.csv", MARKS_FILE, LEDGER_FILE, RUN_METADATA_FILE)
CLOCKED_FILES = {RUN_METADATA_FILE}  # they differ from run to run where nothing else does
READ_ONLY = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What the next version of OUT would hold; made and frozen under the same lock."""

    out: Path
    number: int  # of the version
    previous: Path | None  # the folder of the version before
    files: Mapping[str, Path]  # by path below the version's folder
    # Whether a published version holds the same files, but for the clock of the run
    is_published: bool


def draft_of(out: Path, rubric: Rubric) -> Draft:
    """Return what the next version of OUT would hold; the caller holds the lock of OUT.

    CourseError where the files of OUT do not fit one another, or an earlier version was changed.
    """
    _require_whole(out, rubric)
    versions = version_folders(out)
    number = max(versions, default=0)
    previous = versions.get(number)
    files = _files_of(out)
    is_published = False
    if previous is not None:
        frozen = require_unchanged(previous).files
        is_published = _without_clock(frozen) == _without_clock(
            {name: digest_of(path) for name, path in files.items()}
        )
    return Draft(
        out=out, number=number + 1, previous=previous, files=files, is_published=is_published
    )


def freeze(draft: Draft, author: str, reason: str) -> Path:
    """Write the version and return its folder; the caller holds the lock of OUT.

    It is made beside the versions under a hidden name, and renamed when all of it is on the disk:
    whenever the process is killed, the version is there whole or not at all.
    """
    published = draft.out / PUBLISHED_FOLDER
    published.mkdir(exist_ok=True)
    remove_unfinished_versions(draft.out)
    hidden = published / f".{draft.number}{UNFINISHED}"
    digests = {name: _copy(path, hidden / name) for name, path in draft.files.items()}
    manifest = Manifest(
        version=draft.number,
        previous=draft.number - 1 if draft.previous else None,
        previous_manifest=digest_of(draft.previous / MANIFEST_FILE) if draft.previous else "",
        published_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        author=author,
        reason=reason,
        harness=__version__,
        files=digests,
    )
    write(hidden / MANIFEST_FILE, manifest_text(manifest), is_synced=True)
    (hidden / MANIFEST_FILE).chmod(READ_ONLY)
    for place, _, _ in os.walk(hidden):
        _sync_folder(Path(place))
    folder = published / str(draft.number)
    hidden.rename(folder)
    _sync_folder(published)
    return folder


def remove_unfinished_versions(out: Path) -> None:
    """Remove what a killed publish left below OUT/published."""
    for folder in (out / PUBLISHED_FOLDER).glob(f".*{UNFINISHED}"):
        shutil.rmtree(folder)


def _require_whole(out: Path, rubric: Rubric) -> None:
    """Raise CourseError where there is nothing to publish, or files do not fit one another."""
    if not any((out / GRADES_FOLDER).glob("*.json")):
        raise CourseError(f"{out}: no final grades; run `autograder grade` first")
    if is_behind(out):
        raise CourseError(
            f"{out}: a run did not finish here, so that reports do not fit the results; "
            "run the same `autograder grade` again"
        )
    _require_decisions(out, rubric)


def _require_decisions(out: Path, rubric: Rubric) -> None:
    """Raise CourseError where people decided something that the reports in OUT do not show."""
    noted = noted_folders(out).get("marks")
    if noted is None or not Path(noted).is_file():
        return
    now, shown = _decisions_in(Path(noted), rubric), _decisions_in(out / MARKS_FILE, rubric)
    for path in sorted((out / GRADES_FOLDER).glob("*.json")):
        if now.get(path.stem, Decisions()) != shown.get(path.stem, Decisions()):
            raise CourseError(
                f"{noted}: decides something about {path.stem} that the reports in {out} do not "
                "show; run `autograder grade` again"
            )


def _decisions_in(file: Path, rubric: Rubric) -> dict[str, Decisions]:
    return read_marks(file, rubric, None) if file.is_file() else {}


def _files_of(out: Path) -> dict[str, Path]:
    """Return the files of OUT that a version holds, by path; CourseError for what is no file."""
    paths = [path for name in FROZEN_FOLDERS for path in sorted(files_below(out / name))]
    paths += [path for name in FROZEN_FILES if (path := out / name).exists()]
    for path in paths:
        if path.is_symlink() or not path.is_file():
            raise CourseError(f"{path}: not a regular file; remove it, and grade the class again")
    return {path.relative_to(out).as_posix(): path for path in paths}


def _without_clock(digests: Mapping[str, str]) -> dict[str, str]:
    return {name: digest for name, digest in digests.items() if name not in CLOCKED_FILES}


def _copy(source: Path, target: Path) -> str:
    """Copy a file to the disk, make it read-only and return its digest.

    It is a copy and no hard link: whoever edits a file of OUT in place changes no version.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    with target.open("rb") as file:
        os.fsync(file.fileno())
    target.chmod(READ_ONLY)
    return digest_of(target)


def _sync_folder(folder: Path) -> None:
    """Write a folder's entries to the disk: a renamed file is not there before."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
