"""The mirror of an address on this machine: where it lies, who may use it, and when it travels."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from autograder.errors import CourseError, HostError
from autograder.stores.address import protocol_of
from autograder.stores.mirror import FILES_FOLDER, Transfer, pull, push

CACHE_VARIABLE = "XDG_CACHE_HOME"
NAME_DIGITS = 16  # of the digest of an address


@contextmanager
def mirrored(address: str, say: Callable[[str], None], *, is_written: bool) -> Iterator[Path]:
    """Return a folder with what is behind an address, and write back what changes in it.

    It is written back however the block ends, but for Ctrl-C: what was finished then stays in the
    mirror, and travels with the next command. `say` is called with a line on what travelled.
    """
    protocol_of(address)
    mirror = mirror_of(address)
    with _locked(mirror, address):
        arrived = _in_process(partial(pull, address, mirror, keeps_own=is_written))
        if not is_written and not arrived.moved + arrived.unchanged:
            raise CourseError(f"{address}: nothing is there; is the address right?")
        say(f"{address}: {arrived.moved} read, {arrived.unchanged} unchanged")
        try:
            yield mirror / FILES_FOLDER
        except KeyboardInterrupt:
            raise
        except BaseException:
            if is_written:
                _write_back(address, mirror, say)
            raise
        if is_written:
            _write_back(address, mirror, say)


def mirror_of(address: str) -> Path:
    """Return the folder of the mirror of an address, in the user's cache folder."""
    cache = Path(os.environ.get(CACHE_VARIABLE) or "~/.cache").expanduser()
    digest = hashlib.sha256(address.rstrip("/").encode("utf-8", "surrogateescape")).hexdigest()
    return cache / "autograder" / "stores" / digest[:NAME_DIGITS]


def _write_back(address: str, mirror: Path, say: Callable[[str], None]) -> None:
    left = _in_process(partial(push, address, mirror))
    say(f"{address}: {left.moved} written, {left.removed} removed, {left.unchanged} unchanged")


def _in_process(function: Callable[[], Transfer]) -> Transfer:
    """Call a function in a process of its own: clients of stores run threads, and judges fork."""
    try:
        with ProcessPoolExecutor(1, get_context("fork")) as pool:
            return pool.submit(function).result()
    except BrokenProcessPool:
        raise HostError("the process that reads and writes the store was killed") from None


@contextmanager
def _locked(mirror: Path, address: str) -> Iterator[None]:
    """Make a mirror that its owner alone can read, and hold it."""
    try:
        mirror.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.fdopen(os.open(mirror / "lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC), "w")
    except OSError as error:
        raise HostError(
            f"{mirror}: cannot write here: {error.strerror}; set {CACHE_VARIABLE} to another folder"
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise HostError(
                f"{address}: another run on this machine uses it; wait for it"
            ) from None
        yield
