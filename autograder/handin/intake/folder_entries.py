"""Entries of folders of submissions: usable ones, and complaints about the rest."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from autograder.handin.archive import fold_name, stem_of
from autograder.handin.collect.extensions import EXTENSIONS_FILE
from autograder.handin.collect.ledger import LEDGER_FILE
from autograder.scoring.overrides import MARKS_FILE

MAX_NAME_BYTES = 200  # of a student's folder; file names of reports contain it
OWN_FILES = (MARKS_FILE, LEDGER_FILE, EXTENSIONS_FILE)  # beside the folders of students
UNSUPPORTED_ARCHIVES = (".rar", ".7z", ".xz", ".bz2")


def is_usable_name(name: str) -> bool:
    """Return whether a student's folder may have this name, and reports may contain it."""
    is_plain = name.isprintable() and "/" not in name and not name.startswith(".")
    return is_plain and 0 < len(os.fsencode(name)) <= MAX_NAME_BYTES


def printable_path(path: Path) -> str:
    """Return a path that is safe to print."""
    return ascii(str(path))[1:-1] if not str(path).isprintable() else str(path)


def is_file(path: Path) -> bool:
    """Return whether a path is a file that we may see."""
    try:
        return path.is_file()
    except OSError:  # a folder above it is closed to us
        return False


def is_folder(path: Path) -> bool:
    """Return whether a path is a folder, and no link to one."""
    return stat.S_ISDIR(path.lstat().st_mode)


def usable_entries(
    folder: Path, expected: str, complaints: list[str], *, archives: bool = False
) -> list[Path]:
    """Return the folders below `folder`, and the archives if asked for.

    Anything else is a complaint, except hidden files and the files of this program.
    """
    found = []
    for path in list_folder(folder, complaints):
        is_own_file = path.name in OWN_FILES and not archives
        if path.name.startswith(".") or is_own_file:
            continue
        problem = _entry_problem(path, expected, archives=archives)
        if problem:
            complaints.append(f"{printable_path(path)}: {problem}")
        else:
            found.append(path)
    return found


def _entry_problem(path: Path, expected: str, *, archives: bool) -> str:
    """Return why an entry cannot be used; empty if it can."""
    try:
        mode = path.lstat().st_mode
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if stat.S_ISLNK(mode):
        return f"a link; expected {expected} itself"
    is_archive = stat.S_ISREG(mode) and bool(stem_of(path.name))
    if not (stat.S_ISDIR(mode) or (archives and is_archive)):
        is_unsupported = path.suffix.lower() in UNSUPPORTED_ARCHIVES
        remedy = "; pack it as .zip or .tar.gz" if is_unsupported else ""
        return f"a file; expected {expected}{remedy}"
    if not is_usable_name(path.name):
        return f"not a usable name; at most {MAX_NAME_BYTES} printable bytes"
    return ""


def list_folder(folder: Path, complaints: list[str] | None = None) -> list[Path]:
    """Return the sorted entries of a folder; none, and a complaint, if it cannot be read."""
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        if complaints is not None:
            complaints.append(f"{printable_path(folder)}: cannot be read: {error.strerror}")
        return []


def without_duplicates(folders: list[Path], complaints: list[str]) -> list[Path]:
    """Return the folders whose names every file system tells apart, so marks cannot be mixed up."""
    by_folded_name: dict[str, list[Path]] = {}
    for folder in folders:
        by_folded_name.setdefault(fold_name(folder.name), []).append(folder)
    distinct = []
    for same in by_folded_name.values():
        if len(same) == 1:
            distinct.append(same[0])
            continue
        names = ", ".join(f"'{folder.name}'" for folder in same)
        complaints.append(
            f"{same[0].parent}: duplicate student {names}: the same name twice; rename one"
        )
    return distinct
