"""Watching a student's files: a turn at once, and another one after every save, however the editor
saves.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from watchfiles import watch

QUIET = 50  # milliseconds without a change after which a save counts as done
# milliseconds after which files are looked at, where the system tells of no change (a network
# drive)
LOOK = 1000
State = tuple[tuple[int, int, int] | None, ...]


def saves(files: Sequence[Path]) -> Iterator[Callable[[], bool]]:
    """At once and after every save of one of `files`, a function that tells whether another save
    came since.

    They may be deleted, and others moved into their place: their folder is what is watched.
    """
    seen = _state(files)
    yield functools.partial(_differs, files, seen)
    changes = watch(
        files[0].absolute().parent,
        watch_filter=None,
        recursive=False,
        step=QUIET,
        rust_timeout=LOOK,
        yield_on_timeout=True,
    )
    for _ in changes:
        if _differs(files, seen):
            seen = _state(files)
            yield functools.partial(_differs, files, seen)


def _differs(files: Sequence[Path], seen: State) -> bool:
    return _state(files) != seen


def _state(files: Sequence[Path]) -> State:
    """What a save changes: the file itself, its time, its size; None where there is none."""
    return tuple(_of(file) for file in files)


def _of(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
