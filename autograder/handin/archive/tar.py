"""Tar archives, plain or gzipped, read in small pieces from beginning to end.

The standard library's reader takes the memory that a header asks for. This one knows files,
folders, long names and the two headers (`x`, `g`) of pax. Members of any other kind are listed as
special and never read.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from autograder.handin.archive.member import (
    ArchiveError,
    ArchiveLimits,
    FileKind,
    Member,
    safe_path,
)

BLOCK_BYTES = 512
CHUNK_BYTES = 1 << 16
GZIP_MAGIC = b"\x1f\x8b"
GZIP_WBITS = 31  # zlib's largest window, with a gzip header
OCTAL_NUMBER = re.compile(rb"[ ]*([0-7]{1,12})[ \0]*")
PAX_FIELD = re.compile(rb"([1-9][0-9]{0,5}) ([^=\0]{1,200})=")
DECIMAL_SIZE = re.compile(rb"[0-9]{1,15}")
KIND_BY_FLAG: dict[bytes, FileKind] = {
    b"0": "file",
    b"\0": "file",
    b"7": "file",
    b"5": "folder",
    b"1": "link",
    b"2": "link",
}
FLAGS_WITHOUT_DATA = b"123456"
# Headers that describe other headers.
LONG_NAME_FLAG, LONG_LINK_FLAG, PAX_NEXT_FLAG, PAX_ALL_FLAG = b"L", b"K", b"x", b"g"
DESCRIBING_FLAGS = (LONG_NAME_FLAG, LONG_LINK_FLAG, PAX_NEXT_FLAG, PAX_ALL_FLAG)
HeaderFields = dict[bytes, bytes]  # what describing headers say, by key


class TarStream:
    """The bytes of a tar, decompressed as they are read.

    Raises ArchiveError if they end early or exceed the limit.
    """

    def __init__(self, file: BinaryIO, limits: ArchiveLimits) -> None:
        self.size = file.seek(0, 2)
        file.seek(0)
        self.file = file
        self.max_bytes = limits.unpacked
        self.position = 0
        is_gzipped = file.read(len(GZIP_MAGIC)) == GZIP_MAGIC
        self.decompressor = zlib.decompressobj(GZIP_WBITS) if is_gzipped else None
        file.seek(0)

    def read_some(self, n: int) -> bytes:
        """Return at most `n` bytes; none at the end."""
        piece = self.file.read(n) if self.decompressor is None else self._decompress(n)
        self.position += len(piece)
        if self.decompressor is not None and self.position > self.max_bytes:
            raise ArchiveError("unpacked")
        return piece

    def read(self, n: int) -> bytes:
        """Return exactly `n` bytes; meant for small numbers."""
        content = b""
        while len(content) < n:
            piece = self.read_some(n - len(content))
            if not piece:
                raise ArchiveError("broken")
            content += piece
        return content

    def skip(self, n: int) -> None:
        """Move forward by `n` bytes, within the limit of decompressed bytes."""
        if self.decompressor is None:
            if self.position + n > self.size:
                raise ArchiveError("broken")
            self.position = self.file.seek(self.position + n)
            return
        if self.position + n > self.max_bytes:
            raise ArchiveError("unpacked")
        while n:
            n -= len(self.read(min(n, CHUNK_BYTES)))

    def _decompress(self, n: int) -> bytes:
        assert self.decompressor is not None
        while not self.decompressor.eof:
            packed = self.decompressor.unconsumed_tail or self.file.read(CHUNK_BYTES)
            if not packed:
                raise ArchiveError("broken")
            try:
                piece = self.decompressor.decompress(packed, n)
            except zlib.error:
                raise ArchiveError("broken") from None
            if piece:
                return piece
        if self.decompressor.unused_data or self.file.read(1):  # a second archive follows
            raise ArchiveError("broken")
        return b""


def tar_members(file: BinaryIO, limits: ArchiveLimits) -> tuple[Member, ...]:
    """Return every member.

    Raises ArchiveError if a header is damaged or too large, or if data follow the end.
    """
    stream = TarStream(file, limits)
    found: list[Member] = []
    for header, fields in _headers(stream, limits):
        if len(found) == limits.members:
            raise ArchiveError("many", str(limits.members))
        member = _member(header, fields, stream.position)
        found.append(member)
        blocks = -(-member.packed // BLOCK_BYTES)  # rounded up
        stream.skip(blocks * BLOCK_BYTES)
    while rest := stream.read_some(CHUNK_BYTES):
        if rest.strip(b"\0"):
            raise ArchiveError("broken")
    return tuple(found)


def tar_content(file: BinaryIO, member: Member, max_bytes: int, limits: ArchiveLimits) -> bytes:
    """Return a member's content, at most one byte more than `max_bytes`."""
    stream = TarStream(file, limits)
    stream.skip(member.offset)
    content = bytearray()
    left = min(member.size, max_bytes + 1)
    while left:
        piece = stream.read(min(left, CHUNK_BYTES))
        content += piece
        left -= len(piece)
    return bytes(content)


def _headers(stream: TarStream, limits: ArchiveLimits) -> Iterator[tuple[bytes, HeaderFields]]:
    """Yield each member's header with the fields of the headers that describe it.

    A block of zeros ends the archive.
    """
    fields: HeaderFields = {}
    for _ in range(limits.headers):
        header = stream.read(BLOCK_BYTES)
        if not any(header):
            return
        _check_sum(header)
        flag, size = header[156:157], _number(header[124:136])
        if flag not in DESCRIBING_FLAGS:
            yield header, fields
            fields = {}
            continue
        if size > limits.extended:
            raise ArchiveError("broken")
        content = stream.read(size)
        stream.skip(-size % BLOCK_BYTES)
        fields = {**fields, **_described_fields(flag, content)}
    raise ArchiveError("many", str(limits.members))


def _described_fields(flag: bytes, content: bytes) -> HeaderFields:
    """Return the fields that a describing header sets for the next member."""
    if flag == LONG_NAME_FLAG:
        return {b"path": content.partition(b"\0")[0]}
    if flag == PAX_NEXT_FLAG:
        return _pax_fields(content)
    if flag == PAX_ALL_FLAG and {b"path", b"size"} & _pax_fields(content).keys():
        raise ArchiveError("broken")  # one name or size for every member
    return {}


def _check_sum(header: bytes) -> None:
    """Raise ArchiveError if the header's checksum is wrong."""
    total = sum(header) - sum(header[148:156]) + 8 * ord(" ")
    if total != _number(header[148:156]):
        raise ArchiveError("broken")


def _number(field: bytes) -> int:
    """Return an octal number; the binary notation is only needed above eight gigabytes."""
    if match := OCTAL_NUMBER.fullmatch(field):
        return int(match[1], 8)
    if field.strip(b" \0"):
        raise ArchiveError("broken")
    return 0


def _pax_fields(content: bytes) -> HeaderFields:
    """Return the records of a pax header: `length key=value`, one a line."""
    found: HeaderFields = {}
    position = 0
    while position < len(content):
        match = PAX_FIELD.match(content, position)
        if match is None:
            raise ArchiveError("broken")
        end = position + int(match[1])
        is_inside = match.end() < end <= len(content)
        if not is_inside or content[end - 1 : end] != b"\n":
            raise ArchiveError("broken")
        found[match[2]] = content[match.end() : end - 1]
        position = end
    return found


def _member(header: bytes, fields: HeaderFields, offset: int) -> Member:
    flag = header[156:157]
    name = fields.get(b"path", _header_name(header))
    pax_size = fields.get(b"size")
    size = _number(header[124:136]) if pax_size is None else _decimal_size(pax_size)
    kind = KIND_BY_FLAG.get(flag, "special")
    is_sparse = any(key.startswith(b"GNU.sparse") for key in fields)
    if kind == "file" and is_sparse:  # a small archive may hold a file of any size
        kind = "special"
    if kind == "file" and flag == b"\0" and name.endswith(b"/"):
        kind = "folder"
    return Member(
        path=safe_path(name.decode("utf-8", "replace")),
        kind=kind,
        size=size,
        packed=0 if flag in FLAGS_WITHOUT_DATA else size,
        offset=offset,
    )


def _header_name(header: bytes) -> bytes:
    name = header[:100].partition(b"\0")[0]
    if header[257:263] == b"ustar\0" and (prefix := header[345:500].partition(b"\0")[0]):
        return prefix + b"/" + name
    return name


def _decimal_size(field: bytes) -> int:
    if not DECIMAL_SIZE.fullmatch(field):
        raise ArchiveError("broken")
    return int(field)
