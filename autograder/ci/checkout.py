"""The hand-ins in a checked-out repository: a folder for each assignment, or files at its top."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from autograder.handin.filenames import match_suffix
from autograder.handin.intake.file_source import MAX_LISTED_ENTRIES
from autograder.model import Assignment


def copy_hand_ins(
    repository: Path, assignments: Sequence[Assignment], target: Path
) -> dict[str, Path]:
    """Copy what a repository hands in to `target`/<assignment>.

    Return the folder in the repository from which each assignment's files come, by its id.

    The files of an assignment lie in a folder with its id, or at the top. Only regular files are
    copied: no links, no folders, nothing whose name begins with a dot.
    """
    found = {}
    for assignment in assignments:
        folder = _folder_of(repository, assignment, is_only=len(assignments) == 1)
        if folder is not None:
            (target / assignment.id).mkdir(parents=True)
            for path in _regular_files(folder):
                _copy(path, target / assignment.id / path.name, assignment)
            found[assignment.id] = folder.relative_to(repository)
    return found


def _folder_of(repository: Path, assignment: Assignment, *, is_only: bool) -> Path | None:
    """Return the folder of an assignment's files; None where nothing of it is there."""
    own = repository / assignment.id
    if own.is_dir() and not own.is_symlink() and _has_work(own, assignment, is_only=True):
        return own
    return repository if _has_work(repository, assignment, is_only=is_only) else None


def _has_work(folder: Path, assignment: Assignment, *, is_only: bool) -> bool:
    """Return whether a folder has a declared file, or any of its kind for the only assignment."""
    names = [path.name for path in _regular_files(folder)]
    declared = {name.casefold() for name in assignment.declared_names}
    if any(name.casefold() in declared for name in names):
        return True
    return is_only and any(match_suffix(name, assignment.source_names) for name in names)


def _regular_files(folder: Path) -> Iterator[Path]:
    """Yield the first regular files of a folder, by name."""
    paths = (path for path in sorted(folder.iterdir()) if not path.name.startswith("."))
    files = (path for path in paths if stat.S_ISREG(path.lstat().st_mode))
    return islice(files, MAX_LISTED_ENTRIES)


def _copy(path: Path, target: Path, assignment: Assignment) -> None:
    """Copy a file; of one that is larger than any that is asked for only the size is kept."""
    size = path.stat().st_size
    if size <= max(file.max_bytes for file in assignment.files):
        shutil.copyfile(path, target, follow_symlinks=False)
        return
    with target.open("wb") as copy:
        copy.truncate(size)  # it is refused by its size, and takes no space
