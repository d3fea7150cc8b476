"""Opening a hand-in: its folder, its archive, or the single file that it is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.handin.archive import stem_of
from autograder.handin.intake.archive_source import ArchiveSource
from autograder.handin.intake.file_source import (
    OPEN_FOLDER_FLAGS,
    FileSource,
    FolderSource,
    SingleFileSource,
    declared_code_name,
    open_regular_file,
)
from autograder.model import Assignment


@contextmanager
def open_source(path: Path, assignment: Assignment) -> Iterator[FileSource]:
    """Open what `path` holds for the assignment; RefusedFile for an unreadable archive."""
    kept_as = declared_code_name(path.name, assignment)
    if kept_as and not path.is_dir():
        yield SingleFileSource(path=path, kept_as=kept_as)
    elif stem_of(path.name) and not path.is_dir():
        with open_regular_file(path.name, path) as file:
            yield ArchiveSource(path.name, file, assignment)
    else:
        descriptor = _open_folder(path)
        try:
            yield FolderSource(descriptor)
        finally:
            if descriptor is not None:
                os.close(descriptor)


def _open_folder(path: Path) -> int | None:
    """Open a folder once: what replaces it later is not read. None if it cannot be opened."""
    try:
        return os.open(path, OPEN_FOLDER_FLAGS)
    except OSError:
        return None
