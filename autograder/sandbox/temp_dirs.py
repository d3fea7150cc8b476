"""Temporary directories (runs outside), locked while their run lives; the next run cleans up.

A run locks each directory that it makes outside of OUT: work folders of workers, cgroups. The
kernel releases the lock when the last process of the run has ended, even if it was killed. A
directory whose lock is free therefore belongs to no run, and the next run deletes it. Process
numbers would not show that: containers that share /tmp have their own, and numbers are used again.
Directories of other users are left alone.
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

NAME_PREFIX = "autograder-run-"
MAX_ATTEMPTS = 8  # a cleanup may come between making a directory and locking it
OPEN_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedTempDir:
    """A directory that is kept while this process, or one forked from it, has its lock open."""

    folder: Path
    lock: int  # a descriptor

    def release(self, remove: Callable[[Path], None]) -> None:
        """Remove the directory and release the lock."""
        remove(self.folder)
        os.close(self.lock)


def create_locked(parent: Path) -> LockedTempDir:
    """Make a locked directory with an unguessable name in `parent`; OSError where that fails."""
    for _ in range(MAX_ATTEMPTS):
        folder = parent / f"{NAME_PREFIX}{secrets.token_hex(8)}"
        folder.mkdir(mode=0o700)
        lock = _lock(folder)
        if lock is not None:
            return LockedTempDir(folder=folder, lock=lock)
    with contextlib.suppress(OSError):
        folder.rmdir()
    raise OSError(f"{parent}: a folder here cannot be locked")


def create_temp_dir() -> LockedTempDir:
    """Make a locked directory among the temporary files; HostError where that fails."""
    try:
        return create_locked(Path(tempfile.gettempdir()))
    except OSError as error:
        raise HostError(
            f"no temporary folder: {error}; set TMPDIR to a folder on a local disk"
        ) from error


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """Provide a temporary directory, which the next run deletes if this one is killed."""
    directory = create_temp_dir()
    try:
        yield directory.folder
    finally:
        directory.release(remove_tree)


def cleanup_stale(parent: Path, remove: Callable[[Path], None]) -> None:
    """Remove what killed runs left in `parent`; what cannot be removed stays."""
    for folder in parent.glob(NAME_PREFIX + "*"):
        lock = _lock(folder)
        if lock is not None:  # else its run is alive, or it is another user's
            remove(folder)
            os.close(lock)


def remove_tree(folder: Path) -> None:
    """Remove a directory and everything in it, following no links; what cannot be removed stays.

    Student code may have filled it: with directories deeper than any recursion or path, and closed
    to their owner.
    """
    with contextlib.suppress(OSError):
        here = os.open(folder, OPEN_FLAGS)
        try:
            # Of each directory from the top to here: the directories that are still in it.
            remaining = [_unlink_files(here)]
            while remaining[-1] or len(remaining) > 1:
                if remaining[-1]:
                    here = _change_to(here, remaining[-1][-1])
                    remaining.append(_unlink_files(here))
                else:
                    remaining.pop()
                    here = _change_to(here, "..")
                    os.rmdir(remaining[-1].pop(), dir_fd=here)
        finally:
            os.close(here)
        folder.rmdir()


def _unlink_files(folder: int) -> list[str]:
    """Delete all but the directories in `folder`; return their names, and let their owner enter."""
    folders = []
    for name in os.listdir(folder):
        if stat.S_ISDIR(os.lstat(name, dir_fd=folder).st_mode):
            os.chmod(name, 0o700, dir_fd=folder)
            folders.append(name)
        else:
            os.unlink(name, dir_fd=folder)
    return folders


def _change_to(here: int, name: str) -> int:
    """Return a descriptor of the directory `name` in `here`, which is closed."""
    there = os.open(name, OPEN_FLAGS, dir_fd=here)
    os.close(here)
    return there


def _lock(folder: Path) -> int | None:
    """Return a descriptor with the lock of an own directory; None where that cannot be had."""
    try:
        lock = os.open(folder, OPEN_FLAGS)
    except OSError:
        return None
    with contextlib.suppress(OSError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        status = os.fstat(lock)
        is_still_there = os.path.samestat(status, os.lstat(folder))
        if status.st_uid == os.getuid() and is_still_there:
            return lock
    os.close(lock)
    return None
