"""The store of a run: a folder of files of blocks, bounded in bytes, that its judges share.

The files that were not used for the longest time make room for new ones. What this run has used
stays: where the bound is reached with it, nothing more is kept.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from autograder.blocks.block_file import (
    DIGEST_BYTES,
    HEADER_BYTES,
    KEY_BYTES,
    BadBlockFile,
    BlockFile,
    Notes,
    header_of,
)

SUFFIX = ".blocks"
LOCK_FILE = ".lock"
UNFINISHED = ".unfinished"  # ends the names of files that a killed run may leave
# Of the bound, that one block may take: the 6,149 images of the official list then take half of it.
MAX_BLOCK_SHARE = 12_288
MIN_FREE_BYTES = 1 << 30  # that stay free on the disk

logger = logging.getLogger(__name__)


class BlockStore:
    """A folder of files of blocks, by the names that its users give them."""

    def __init__(self, folder: Path, max_bytes: int, surroundings: str = "") -> None:
        """Open a folder, made where it is missing; OSError where it cannot be.

        `surroundings` says how this run computes, for names of what depends on that.
        """
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob(f".*{UNFINISHED}"):  # by a run that was killed
            left.unlink(missing_ok=True)
        self.folder = folder
        self.max_bytes = max_bytes
        self.surroundings = surroundings
        self._opened_at = time.time()  # of the run: judges are forked later
        self._files: dict[str, BlockFile] = {}
        self._is_full = False

    @property
    def max_block_bytes(self) -> int:
        """The largest block that is worth its room."""
        return self.max_bytes // MAX_BLOCK_SHARE

    def file(self, name: str) -> BlockFile | None:
        """Return the file of this name; None where there is none. A damaged one is removed."""
        if name in self._files:
            return self._files[name]
        path = self._path(name)
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError:
            return None
        try:
            self._files[name] = BlockFile(descriptor, path.name)
            os.utime(path)  # used by now
        except (BadBlockFile, OSError) as error:
            os.close(descriptor)
            self._files.pop(name, None)
            logger.warning("%s; it is made again", error)
            path.unlink(missing_ok=True)
            return None
        return self._files[name]

    def make(self, name: str, block_bytes: int, notes: Notes) -> BlockFile | None:
        """Return the file of this name, made whole where it is missing; None: there is no room."""
        if self.file(name) is None and self._has_room(HEADER_BYTES):
            try:
                self._write_header(self._path(name), header_of(block_bytes, notes))
            except OSError as error:
                self._give_up(str(error))
        found = self.file(name)
        return found if found is not None and found.block_bytes == block_bytes else None

    def _write_header(self, path: Path, header: bytes) -> None:
        """Make a file, whole or not at all; another process may have made it meanwhile."""
        descriptor, temporary = tempfile.mkstemp(dir=self.folder, prefix=".", suffix=UNFINISHED)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(header)
            os.link(temporary, path)
        except FileExistsError:
            pass
        finally:
            Path(temporary).unlink()

    def append(self, file: BlockFile, keys: Sequence[bytes], blocks: Sequence[bytes]) -> None:
        """Keep blocks, unless there is no room: then they are computed again the next time."""
        if not self._has_room(sum(KEY_BYTES + DIGEST_BYTES + len(block) for block in blocks)):
            return
        try:
            file.append(keys, blocks)
        except OSError as error:
            self._give_up(str(error))

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}{SUFFIX}"

    # ------------------------------------------------------------ the bound

    def _has_room(self, count: int) -> bool:
        """Return whether so many bytes may be added, after files of earlier runs made room."""
        if self._is_full:
            return False
        if shutil.disk_usage(self.folder).free < count + MIN_FREE_BYTES:
            self._give_up("the disk is nearly full")
        elif self.size() + count > self.max_bytes:
            with self._locked():
                self._remove_unused(count)
                if self.size() + count > self.max_bytes:
                    self._give_up(f"{self.max_bytes} bytes are reached")
        return not self._is_full

    def size(self) -> int:
        """Return how many bytes the files take together."""
        return sum(size for _, size, _ in self._entries())

    def _remove_unused(self, count: int) -> None:
        """Remove files that this run has not used, the longest unused ones first."""
        for used_at, _, path in sorted(self._entries()):
            if self.size() + count <= self.max_bytes or used_at >= self._opened_at:
                return
            logger.info("%s: %s makes room", self.folder, path.name)
            path.unlink(missing_ok=True)

    def _entries(self) -> list[tuple[float, int, Path]]:
        """Return when each file was last used, its size and its path."""
        entries = []
        with os.scandir(self.folder) as found:
            for entry in found:
                try:
                    status = entry.stat(follow_symlinks=False)
                except FileNotFoundError:  # removed meanwhile
                    continue
                if entry.name.endswith(SUFFIX):
                    entries.append((status.st_mtime, status.st_size, Path(entry.path)))
        return entries

    def _give_up(self, reason: str) -> None:
        """Keep nothing more in this process, and say why."""
        self._is_full = True
        logger.info("%s: nothing more is kept there: %s", self.folder, reason)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        import fcntl  # students check themselves on Windows, which has none, and keep nothing

        descriptor = os.open(self.folder / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


# ---------------------------------------------------------------- the store of this process

_store: BlockStore | None = None


def open_store(folder: Path | None, max_bytes: int, surroundings: str = "") -> None:
    """Open the store that this process and those forked later share; without a folder, none.

    Where the folder cannot be made, there is none either, and the log says so.
    """
    global _store
    _store = None
    if folder is None or max_bytes <= 0:
        return
    try:
        _store = BlockStore(folder, max_bytes, surroundings)
    except OSError as error:
        logger.warning("%s: %s; nothing is shared between runs", folder, error)


def shared_store() -> BlockStore | None:
    """Return the store that this process shares; None: there is none."""
    return _store
