"""Files below OUT: the path of a result, and writing a file whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

UNFINISHED = ".unfinished"  # ends the names of files that a killed run may leave


def result_path(out: Path, student: str, assignment: str) -> Path:
    """Return the path of a submission's result below OUT."""
    return out / "results" / student / f"{assignment}.json"


def write(path: Path, text: str) -> None:
    """Write a text so that its file is whole or absent, whatever happens meanwhile."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file so that it is whole or absent, whatever happens meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name[:100]}.{os.getpid()}{UNFINISHED}")
    try:
        with temporary.open("wb") as file:
            # No fsync: a killed process loses nothing, and a lost result is graded again.
            file.write(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
