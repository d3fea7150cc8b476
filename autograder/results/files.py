"""Files below OUT: the path of a result, and writing a file whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

UNFINISHED = ".unfinished"  # ends the names of files that a killed run may leave


def result_path(out: Path, student: str, assignment: str) -> Path:
    """Return the path of a submission's result below OUT."""
    return out / "results" / student / f"{assignment}.json"


def write(path: Path, text: str, *, is_synced: bool = False) -> None:
    """Write a text so that its file is whole or absent, whatever happens meanwhile.

    With `is_synced` it is on the disk when this returns, and survives a power cut.
    """
    write_bytes(path, text.encode(), is_synced=is_synced)


def write_bytes(path: Path, content: bytes, *, is_synced: bool = False) -> None:
    """Write a file so that it is whole or absent, whatever happens meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name[:100]}.{os.getpid()}{UNFINISHED}")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            if is_synced:  # a result is not: a killed process loses nothing, and it can be redone
                file.flush()
                os.fsync(file.fileno())
        temporary.replace(path)
        if is_synced:
            _sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Write a folder's entries to the disk: a renamed file is not there before."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
