"""Watching of a student's files: after every save, however the editor saves."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from watchfiles import watch

SAVE_PAUSE_MS = 50  # a save counts as done after so long without a change
POLL_INTERVAL_MS = 1000  # for systems that report no change (a network drive)
# What a save changes of a file: its inode, its time, its size; None where there is no file.
FileState: TypeAlias = tuple[int, int, int] | None


def saves(files: Sequence[Path]) -> Iterator[Callable[[], bool]]:
    """Yield at once and after every save a function that returns whether the files changed again.

    Files may be deleted, and others moved into their place: their folder is what is watched.
    """
    seen = _states(files)
    yield functools.partial(_differs, files, seen)
    changes = watch(
        files[0].absolute().parent,
        watch_filter=None,
        recursive=False,
        step=SAVE_PAUSE_MS,
        rust_timeout=POLL_INTERVAL_MS,
        yield_on_timeout=True,
    )
    for _ in changes:
        if _differs(files, seen):
            seen = _states(files)
            yield functools.partial(_differs, files, seen)


def _differs(files: Sequence[Path], seen: Sequence[FileState]) -> bool:
    return _states(files) != seen


def _states(files: Sequence[Path]) -> tuple[FileState, ...]:
    return tuple(_state(file) for file in files)


def _state(file: Path) -> FileState:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
