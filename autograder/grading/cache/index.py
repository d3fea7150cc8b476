"""OUT/.index.json: what earlier runs found out about files, so that nothing is done twice.

It holds nothing that cannot be found out again: without it, or where it is damaged, a run takes
longer and ends the same.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import stat
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from autograder.handin.intake import HandIn, read_hand_in
from autograder.model import Assignment
from autograder.results import write
from autograder.version import __version__

INDEX_FILE = ".index.json"  # below OUT
# A file that changed so shortly before it was looked at may change again unnoticed: the clock of a
# file system has ticks.
SETTLED_NS = 2_000_000_000
MAX_ENTRIES = 1000  # of a hand-in; of a larger one the digest is found out each time


@dataclass(slots=True, kw_only=True)
class Index:
    """Digests of hand-ins and results, and what pages were made of."""

    hand_ins: dict[str, list[str]] = field(default_factory=dict)  # state and digest, by path
    results: dict[str, str] = field(default_factory=dict)  # sha256 of sound results, by path
    # Digest of the inputs, and state of the files: of each student's pages, and of the class's.
    pages: dict[str, str] = field(default_factory=dict)
    class_page: str = ""


def read_index(out: Path) -> Index:
    """Return the index of OUT; an empty one where there is none that this harness wrote."""
    try:
        content = json.loads((out / INDEX_FILE).read_bytes())
        if content.pop("harness") == harness_state():
            return Index(**content)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        pass
    return Index()


def write_index(out: Path, index: Index) -> None:
    """Write the index of OUT."""
    write(out / INDEX_FILE, json.dumps({"harness": harness_state(), **asdict(index)}) + "\n")


@functools.cache
def harness_state() -> str:
    """Return a digest of this harness: its version, and the state of each of its files."""
    folder = Path(__file__).parents[2]
    return hashlib.sha256("\n".join([__version__, *_lines(folder)]).encode()).hexdigest()


def digest_of_hand_in(hand_in: HandIn, assignment: Assignment, index: Index) -> str:
    """Return the digest of a hand-in's files; known ones are not read again."""
    path = hand_in.path.absolute()
    name, state = str(path), _state(path, assignment)
    known = index.hand_ins.get(name)
    if state and known and known[0] == state:
        return known[1]
    digest = read_hand_in(hand_in, assignment, "en").digest
    index.hand_ins.pop(name, None)
    if state and state == _state(path, assignment):  # nobody wrote it meanwhile
        index.hand_ins[name] = [state, digest]
    return digest


def file_state(*paths: Path) -> str:
    """Return a text that differs where one of the files was written again; empty: one is gone."""
    try:
        found = [os.lstat(path) for path in paths]
    except OSError:
        return ""
    return " ".join(f"{each.st_ino}:{each.st_size}:{each.st_mtime_ns}" for each in found)


def _state(path: Path, assignment: Assignment) -> str:
    """Return a digest of the entries of a hand-in; empty where they may change unnoticed."""
    try:
        lines = list(_lines(path, time.time_ns() - SETTLED_NS))
    except OSError:
        return ""
    if len(lines) > MAX_ENTRIES:
        return ""
    rules = repr(assignment.files)  # they say which files are read, and how much of each
    return hashlib.sha256("\n".join([rules, *lines]).encode("utf-8", "replace")).hexdigest()


def _lines(path: Path, settled: int | None = None) -> Iterator[str]:
    """Yield a line for a path and each entry below it, compiled modules left out.

    OSError where one is a link, or changed after `settled` (ns since the epoch).
    """
    pending = [str(path)]
    while pending:
        place = pending.pop()
        found = os.lstat(place)
        is_settled = settled is None or max(found.st_mtime_ns, found.st_ctime_ns) <= settled
        if not is_settled or stat.S_ISLNK(found.st_mode):
            raise OSError(f"{place} may change unnoticed")
        yield f"{place} {found.st_ino} {found.st_size} {found.st_mtime_ns} {found.st_ctime_ns}"
        with contextlib.suppress(NotADirectoryError), os.scandir(place) as entries:
            pending += sorted(e.path for e in entries if e.name != "__pycache__")
