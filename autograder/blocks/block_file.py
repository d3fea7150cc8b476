"""A file of blocks: records of equal size that are appended, mapped, and verified when read.

A record is a key, a digest of key and block, and the block. The first line of a file, as JSON, says
how large a block is, and holds the notes of whoever made the file. Records are appended under the
lock of the file, so that several processes may write. A damaged block counts as missing.
"""

from __future__ import annotations

import hashlib
import json
import logging
import mmap
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

KEY_BYTES = 32
DIGEST_BYTES = 32
HEADER_BYTES = 4096
FORMAT = "autograder blocks 1"

logger = logging.getLogger(__name__)

Notes = Mapping[str, object]


class BadBlockFile(ValueError):
    """Raised for a file that holds no blocks."""


class BlockFile:
    """An open file of blocks, which processes share that are forked later."""

    def __init__(self, descriptor: int, name: str) -> None:
        """Take a descriptor for reading and writing; BadBlockFile where it is of another form."""
        self.name = name
        self._descriptor = descriptor
        header = _header_in(os.pread(descriptor, HEADER_BYTES, 0))
        if header is None:
            raise BadBlockFile(f"{name}: no file of blocks")
        self.block_bytes: int = header[0]
        self.notes: Notes = header[1]
        self._map: mmap.mmap | None = None
        self._places: dict[bytes, int] = {}  # where the record of a key is, by its number
        self._indexed = 0  # records whose keys are known

    @property
    def record_bytes(self) -> int:
        """The size of a record."""
        return KEY_BYTES + DIGEST_BYTES + self.block_bytes

    @property
    def known_count(self) -> int:
        """How many records are known by now."""
        return self._indexed

    def read(self, keys: Sequence[bytes]) -> list[memoryview | None]:
        """Return the block of each key, or None where there is none that is whole.

        They are views of the mapped file: copy what is kept.
        """
        if any(key not in self._places for key in keys):
            self._index()
        return [self._block_of(key) for key in keys]

    def append(self, keys: Sequence[bytes], blocks: Sequence[bytes | memoryview]) -> None:
        """Write blocks by their keys; OSError where the disk is full.

        A process that is killed meanwhile leaves records that are not read.
        """
        records = [_record(key, block) for key, block in zip(keys, blocks, strict=True)]
        with self._locked():
            whole = self._count(os.fstat(self._descriptor).st_size)
            start = HEADER_BYTES + whole * self.record_bytes
            os.ftruncate(self._descriptor, start)  # what a killed process left
            _write(self._descriptor, b"".join(records), start)

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)

    def _count(self, size: int) -> int:
        return max(0, size - HEADER_BYTES) // self.record_bytes

    def _index(self) -> None:
        """Map what the file holds by now, and find the keys of new records."""
        count = self._count(os.fstat(self._descriptor).st_size)
        if count <= self._indexed:
            return
        size = HEADER_BYTES + count * self.record_bytes
        self._map = mmap.mmap(self._descriptor, size, prot=mmap.PROT_READ)
        for number in range(self._indexed, count):
            start = HEADER_BYTES + number * self.record_bytes
            self._places[self._map[start : start + KEY_BYTES]] = number
        self._indexed = count

    def _block_of(self, key: bytes) -> memoryview | None:
        """Return the block of a key; one that is damaged is forgotten, and the log says so."""
        number = self._places.get(key)
        if number is None or self._map is None:
            return None
        start = HEADER_BYTES + number * self.record_bytes + KEY_BYTES
        digest = self._map[start : start + DIGEST_BYTES]
        first = start + DIGEST_BYTES
        block = memoryview(self._map)[first : first + self.block_bytes]
        if _digest(key, block) == digest:
            return block
        logger.warning("%s: block %d is damaged and is computed again", self.name, number)
        del self._places[key]
        return None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the lock of the file, which is each process's own even after a fork."""
        import fcntl  # students check themselves on Windows, which has none, and keep nothing

        fcntl.lockf(self._descriptor, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.lockf(self._descriptor, fcntl.LOCK_UN)


def without_name(block_bytes: int, name: str) -> BlockFile:
    """Return a file that ends with the processes that have it."""
    with tempfile.TemporaryFile() as file:
        file.write(header_of(block_bytes, {}))
        file.flush()
        return BlockFile(os.dup(file.fileno()), name)


def header_of(block_bytes: int, notes: Notes) -> bytes:
    """Return the first bytes of a file of blocks."""
    document = {"format": FORMAT, "block_bytes": block_bytes, "notes": notes}
    header = json.dumps(document).encode()
    if len(header) >= HEADER_BYTES:
        raise ValueError(f"notes of {len(header)} bytes; at most {HEADER_BYTES}")
    return header.ljust(HEADER_BYTES)


def _header_in(content: bytes) -> tuple[int, Notes] | None:
    """Return block size and notes; None where these are not the first bytes of such a file."""
    try:
        document = json.loads(content)
    except ValueError:
        return None
    if len(content) != HEADER_BYTES or not isinstance(document, dict):
        return None
    size, notes = document.get("block_bytes"), document.get("notes")
    if document.get("format") != FORMAT or not isinstance(size, int) or size < 0:
        return None
    return (size, notes) if isinstance(notes, dict) else None


def _record(key: bytes, block: bytes | memoryview) -> bytes:
    return b"".join((key, _digest(key, block), block))


def _digest(key: bytes, block: bytes | memoryview) -> bytes:
    digest = hashlib.sha256(key)
    digest.update(block)
    return digest.digest()


def _write(descriptor: int, content: bytes, start: int) -> None:
    """Write all of the content at a place; the kernel may take a part at a time."""
    view = memoryview(content)
    while view:
        written = os.pwrite(descriptor, view, start)
        view, start = view[written:], start + written
