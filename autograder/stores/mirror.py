"""Mirrors: what changed in a store is read, and what a command changed is written back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Any

from autograder.errors import HostError
from autograder.results import UNFINISHED
from autograder.stores.address import open_store, plain_errors
from autograder.stores.mirror_state import (
    SyncedFile,
    digest_of,
    read_state,
    synced,
    write_state,
)

FILES_FOLDER, INCOMING_FOLDER = "files", "incoming"  # of a mirror
BATCH = 200  # files that travel at a time
# The object that is there while others are written: it is the note of OUT that files do not fit.
BEHIND_NAME = ".behind"
# The order in which objects are written: what others are made of goes first. A name that begins
# with none of these goes before those that follow "".
ORDER = ("seed", "results/", "attempts/", "", "final_grades/", "reports/", "staff/")
LAST = ("scores.csv", "index.html", "run.json", ".index.json", "collected.yml")
LEFT_OUT = (".lock", ".watch", ".computed")  # parts of a path


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """What travelled between a store and its mirror."""

    moved: int
    removed: int
    unchanged: int


def pull(address: str, mirror: Path, *, keeps_own: bool) -> Transfer:
    """Bring a mirror up to the state of its store.

    What only the mirror has is removed, or kept with `keeps_own`: a run that was interrupted wrote
    it, and it has not travelled yet.
    """
    store, root = open_store(address)
    with plain_errors(address):
        objects = _listed(store, root, address)
    files = mirror / FILES_FOLDER
    files.mkdir(parents=True, exist_ok=True)
    state = read_state(mirror)
    stale = [
        name
        for name, token in objects.items()
        if not _is_same(files / name, state.get(name), token, keeps_own=keeps_own)
    ]
    gone = [name for name in _names_below(files) if name not in objects]
    if keeps_own:
        gone = [name for name in gone if name in state]
    for name in gone:
        (files / name).unlink()
        state.pop(name, None)
    for batch in _batches(sorted(stale)):
        _download(store, root, address, mirror, batch)
        for name in batch:
            state[name] = synced(files / name, objects[name])
        write_state(mirror, state)
    write_state(mirror, {name: entry for name, entry in state.items() if name in objects})
    return Transfer(moved=len(stale), removed=len(gone), unchanged=len(objects) - len(stale))


def push(address: str, mirror: Path) -> Transfer:
    """Write to a store what changed in its mirror since the two were the same.

    HostError where somebody else has written the same objects meanwhile. While objects are written
    there is one more that says so; each is whole at any time.
    """
    store, root = open_store(address)
    files, state = mirror / FILES_FOLDER, read_state(mirror)
    names = [name for name in _names_below(files) if not _is_left_out(name)]
    digests = {name: digest_of(files / name, state.get(name)) for name in names}
    changed = [n for n, digest in digests.items() if n not in state or state[n].digest != digest]
    gone = [name for name in state if name not in digests]
    if changed or gone:
        with plain_errors(address):
            _require_unchanged(store, root, address, state, (*changed, *gone))
            _upload(store, root, files, changed, gone)
            objects = _listed(store, root, address)
        write_state(
            mirror,
            {
                name: synced(files / name, objects[name], state.get(name))
                for name in names
                if name in objects
            },
        )
    return Transfer(moved=len(changed), removed=len(gone), unchanged=len(names) - len(changed))


def _listed(store: Any, root: str, address: str) -> dict[str, str]:
    """Return the token of each object below a path, by its name there."""
    store.invalidate_cache()
    found = {}
    for path, facts in store.find(root, detail=True).items():
        name = str(path)[len(root) :].lstrip("/")
        if not name or name.endswith("/") or _is_left_out(name):
            continue
        if not _is_safe(name):
            raise HostError(f"{address}: an object is called {name!r}, which is no usable path")
        changed = facts.get("ETag") or facts.get("etag") or facts.get("md5Hash")
        changed = changed or facts.get("mtime") or facts.get("LastModified")
        found[name] = f"{changed or facts.get('created')} {facts.get('size')}"
    return found


def _is_same(file: Path, known: SyncedFile | None, token: str, *, keeps_own: bool) -> bool:
    """Return whether a file is as its object is; with `keeps_own` it may be newer."""
    if known is None or known.token != token or not file.is_file():
        return False
    return keeps_own or digest_of(file, known) == known.digest


def _download(store: Any, root: str, address: str, mirror: Path, names: Sequence[str]) -> None:
    """Read objects, and put each into its place when it is whole."""
    incoming = mirror / INCOMING_FOLDER
    incoming.mkdir(exist_ok=True)
    temporary = [incoming / str(number) for number, _ in enumerate(names)]
    with plain_errors(address):
        store.get([f"{root}/{name}" for name in names], [str(path) for path in temporary])
    for name, path in zip(names, temporary, strict=True):
        target = mirror / FILES_FOLDER / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
        except OSError as error:
            raise HostError(f"{address}/{name}: cannot be kept: {error.strerror}") from None


def _require_unchanged(
    store: Any, root: str, address: str, state: Mapping[str, SyncedFile], names: Iterable[str]
) -> None:
    """Raise HostError where objects are not as they were when the mirror was brought up to date."""
    objects = _listed(store, root, address)
    others = [n for n in names if objects.get(n) != (state[n].token if n in state else None)]
    if others:
        raise HostError(
            f"{address}: another run has written there meanwhile ({others[0]}); nothing was "
            "changed there: run the same command again"
        )


def _upload(
    store: Any, root: str, files: Path, changed: Sequence[str], gone: Sequence[str]
) -> None:
    """Write objects in an order in which none that is new leads to one that is old."""
    behind = f"{root}/{BEHIND_NAME}"
    is_many = len(changed) + len(gone) > 1
    if is_many and BEHIND_NAME not in changed:
        store.pipe_file(behind, b"")
    for _, names in groupby(sorted(changed, key=_rank), key=_rank):  # those of a rank in any order
        for batch in _batches(list(names)):
            store.put([str(files / name) for name in batch], [f"{root}/{name}" for name in batch])
    if gone:
        store.rm([f"{root}/{name}" for name in gone])
    if is_many and not (files / BEHIND_NAME).exists() and BEHIND_NAME not in gone:
        store.rm(behind)


def _rank(name: str) -> int:
    """Return where in the order of writing an object comes."""
    if name in LAST:
        return len(ORDER) + LAST.index(name)
    begins = [number for number, start in enumerate(ORDER) if start and name.startswith(start)]
    return begins[0] if begins else ORDER.index("")


def _batches(names: Sequence[str]) -> Iterable[Sequence[str]]:
    return (names[start : start + BATCH] for start in range(0, len(names), BATCH))


def _names_below(folder: Path) -> list[str]:
    """Return the names of all files below a folder, as objects have them."""
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def _is_left_out(name: str) -> bool:
    """Return whether a file is this machine's alone: a lock, or what is not finished."""
    parts = PurePosixPath(name).parts
    return any(part in LEFT_OUT for part in parts) or name.endswith(UNFINISHED)


def _is_safe(name: str) -> bool:
    """Return whether a name can be that of a file below a folder."""
    return all(part not in ("", ".", "..") and "\0" not in part for part in name.split("/"))
