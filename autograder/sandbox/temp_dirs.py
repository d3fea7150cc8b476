"""Holdings (runs outside): folders on the host that end with the run that made them, even with one
that is killed.

A run holds a lock on each folder that it makes outside of OUT: work folders of workers, cgroups.
The kernel drops the lock when the last process of the run is gone, whatever killed it. So a folder
whose lock can be had belongs to nobody, and the next run removes it. Locks tell the living from the
dead where process numbers do not: across containers that share /tmp, and when a number is used
again. Folders of other users are left to them.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import stat
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import HostError

PREFIX = "autograder-run-"
ATTEMPTS = 8  # a sweep may come between making a folder and locking it


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A folder that is ours as long as this process, or one forked from it, has the lock open."""

    folder: Path
    lock: int

    def release(self, remove: Callable[[Path], None]) -> None:
        """Remove the folder and let the lock go."""
        remove(self.folder)
        os.close(self.lock)


def hold(parent: Path) -> Holding:
    """A new folder in `parent`, locked; its name cannot be guessed. OSError where that cannot be
    done.
    """
    for _ in range(ATTEMPTS):
        folder = parent / f"{PREFIX}{secrets.token_hex(8)}"
        folder.mkdir(mode=0o700)
        lock = _lock(folder)
        if lock is not None:
            return Holding(folder=folder, lock=lock)
    with contextlib.suppress(OSError):
        folder.rmdir()
    raise OSError(f"{parent}: a folder here cannot be locked")


def hold_temporary() -> Holding:
    """A new folder among the temporary files; HostError where that cannot be done."""
    try:
        return hold(Path(tempfile.gettempdir()))
    except OSError as error:
        raise HostError(
            f"no temporary folder: {error}; set TMPDIR to a folder on a local disk"
        ) from error


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """A temporary folder that the next run removes if this one is killed."""
    holding = hold_temporary()
    try:
        yield holding.folder
    finally:
        holding.release(remove_tree)


def sweep(parent: Path, remove: Callable[[Path], None]) -> None:
    """Remove what runs that are no more left in `parent`; what cannot be removed stays."""
    for folder in parent.glob(PREFIX + "*"):
        lock = _lock(folder)
        if lock is not None:  # else its run is alive, or it is another user's
            remove(folder)
            os.close(lock)


def remove_tree(folder: Path) -> None:
    """Remove a folder and everything below it, following no links; what cannot be removed stays.

    Student code may have filled it: with folders deeper than any recursion or path, and closed to
    their owner.
    """
    with contextlib.suppress(OSError):
        here = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            left = [
                _unlink_files(here)
            ]  # of each folder from the top to here: the folders that are still in it
            while left[-1] or len(left) > 1:
                if left[-1]:
                    here = _moved(here, left[-1][-1])
                    left.append(_unlink_files(here))
                else:
                    left.pop()
                    here = _moved(here, "..")
                    os.rmdir(left[-1].pop(), dir_fd=here)
        finally:
            os.close(here)
        folder.rmdir()


def _unlink_files(folder: int) -> list[str]:
    """The names of the folders in `folder`, which their owner may now enter; whatever else was in
    it is gone.
    """
    folders = []
    for name in os.listdir(folder):
        if stat.S_ISDIR(os.lstat(name, dir_fd=folder).st_mode):
            os.chmod(name, 0o700, dir_fd=folder)
            folders.append(name)
        else:
            os.unlink(name, dir_fd=folder)
    return folders


def _moved(here: int, name: str) -> int:
    """A descriptor of the folder `name` in the place of the one of `here`."""
    there = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=here)
    os.close(here)
    return there


def _lock(folder: Path) -> int | None:
    """A descriptor with the lock of a folder of ours; None where others hold it, or it is gone or
    not ours.
    """
    try:
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    with contextlib.suppress(OSError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(lock).st_uid == os.getuid() and os.path.samestat(
            os.fstat(lock), os.lstat(folder)
        ):
            return lock
    os.close(lock)
    return None
