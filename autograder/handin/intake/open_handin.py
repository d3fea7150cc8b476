"""A hand-in opened: its folder, its archive, or the one file that it is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.handin.archive import stem_of
from autograder.handin.intake.archive_files import Packed
from autograder.handin.intake.source import FOLDER, Folder, Single, Source, kept_name, regular
from autograder.model import Assignment


@contextmanager
def opened(path: Path, assignment: Assignment) -> Iterator[Source]:
    """What `path` holds for the assignment; Refused where it is an archive that cannot be read."""
    kept_as = kept_name(path.name, assignment)
    if kept_as and not path.is_dir():
        yield Single(path=path, kept_as=kept_as)
    elif stem_of(path.name) and not path.is_dir():
        with regular(path.name, path) as file:
            yield Packed(path.name, file, assignment)
    else:
        descriptor = _folder(path)
        try:
            yield Folder(descriptor)
        finally:
            if descriptor is not None:
                os.close(descriptor)


def _folder(path: Path) -> int | None:
    """The folder itself, opened once: what takes its place later is not followed."""
    try:
        return os.open(path, FOLDER)
    except OSError:
        return None
