"""Files that are still being written: they are looked at again until they no longer change."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

K = TypeVar("K")
MAX_ENTRIES = 10_000  # of a hand-in or a source; what is beyond is not looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class FileState:
    """What a look at a file or a folder shows without reading it."""

    digest: str  # of names, sizes and times
    newest: float  # the latest time of a change, in seconds since the epoch


def state_of(path: Path) -> FileState | None:
    """Return the state of a file, or of a folder and all below; None where it cannot be seen."""
    lines: list[str] = []
    newest = 0
    pending = [str(path)]
    try:
        while pending and len(lines) < MAX_ENTRIES:
            place = pending.pop()
            found = os.lstat(place)
            newest = max(newest, found.st_mtime_ns)
            lines.append(f"{place}\0{found.st_ino} {found.st_size} {found.st_mtime_ns}")
            if stat.S_ISDIR(found.st_mode):
                with contextlib.suppress(PermissionError), os.scandir(place) as entries:
                    pending += sorted(entry.path for entry in entries)
    except OSError:
        return None
    text = "\n".join(lines).encode("utf-8", "surrogateescape")
    return FileState(digest=hashlib.sha256(text).hexdigest(), newest=newest / 1e9)


class Stability(Generic[K]):
    """What was seen at each look, and since when it is the same."""

    def __init__(self, settle_s: float) -> None:
        self._settle_s = settle_s
        self._seen: dict[K, tuple[str, float]] = {}  # digest, and when it was first seen

    def settled(self, states: Mapping[K, FileState | None], now: float) -> set[K]:
        """Return what has not changed for the time that is asked for, over two looks or more."""
        seen = {}
        for key, state in states.items():
            if state is not None:
                digest, since = self._seen.get(key, ("", now))
                seen[key] = (state.digest, since if digest == state.digest else now)
        self._seen = seen
        return {
            key for key, (_, since) in seen.items() if since < now and now - since >= self._settle_s
        }
