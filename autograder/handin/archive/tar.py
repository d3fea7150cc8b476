"""Tar archives, plain or gzipped, read from beginning to end in small pieces: their members and
their content.

The standard library's reader takes the memory that a header asks for. This one knows files,
folders, long names and the two headers (`x`, `g`) of pax; whatever else a header announces is
listed as special and never read.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from autograder.handin.archive.member import ArchiveError, Bounds, Kind, Member, safe_path

BLOCK = 512
CHUNK = 1 << 16
GZIP = b"\x1f\x8b"
OCTAL = re.compile(rb"[ ]*([0-7]{1,12})[ \0]*")
PAX = re.compile(rb"([1-9][0-9]{0,5}) ([^=\0]{1,200})=")
KINDS: dict[bytes, Kind] = {
    b"0": "file",
    b"\0": "file",
    b"7": "file",
    b"5": "folder",
    b"1": "link",
    b"2": "link",
}
WITHOUT_DATA = b"123456"
LONG_NAME, LONG_LINK, NEXT, ALL = b"L", b"K", b"x", b"g"  # headers that describe others
Described = dict[bytes, bytes]  # what they say, by key


class Stream:
    """The bytes of a tar, unpacked as they are asked for; ArchiveError where they end early or grow
    too many.
    """

    def __init__(self, file: BinaryIO, bounds: Bounds) -> None:
        self.size = file.seek(0, 2)
        file.seek(0)
        self.file = file
        self.most = bounds.unpacked
        self.position = 0
        self.inflate = zlib.decompressobj(31) if file.read(2) == GZIP else None
        file.seek(0)

    def some(self, n: int) -> bytes:
        """At most `n` bytes; none at the end."""
        piece = self.file.read(n) if self.inflate is None else self._inflated(n)
        self.position += len(piece)
        if self.inflate is not None and self.position > self.most:
            raise ArchiveError("unpacked")
        return piece

    def read(self, n: int) -> bytes:
        """Exactly `n` bytes, a small number."""
        content = b""
        while len(content) < n:
            piece = self.some(n - len(content))
            if not piece:
                raise ArchiveError("broken")
            content += piece
        return content

    def skip(self, n: int) -> None:
        """Pass over `n` bytes, without unpacking more than may be unpacked."""
        if self.inflate is None:
            if self.position + n > self.size:
                raise ArchiveError("broken")
            self.position = self.file.seek(self.position + n)
            return
        if self.position + n > self.most:
            raise ArchiveError("unpacked")
        while n:
            n -= len(self.read(min(n, CHUNK)))

    def _inflated(self, n: int) -> bytes:
        assert self.inflate is not None
        while not self.inflate.eof:
            packed = self.inflate.unconsumed_tail or self.file.read(CHUNK)
            if not packed:
                raise ArchiveError("broken")
            try:
                piece = self.inflate.decompress(packed, n)
            except zlib.error:
                raise ArchiveError("broken") from None
            if piece:
                return piece
        if self.inflate.unused_data or self.file.read(1):  # a second archive behind the first
            raise ArchiveError("broken")
        return b""


def tar_members(file: BinaryIO, bounds: Bounds) -> tuple[Member, ...]:
    """Every member; ArchiveError where a header is damaged, too large, or something follows the
    end.
    """
    stream = Stream(file, bounds)
    found: list[Member] = []
    for header, described in _headers(stream, bounds):
        if len(found) == bounds.members:
            raise ArchiveError("many", str(bounds.members))
        found.append(_member(header, described, stream.position))
        stream.skip(-(-found[-1].packed // BLOCK) * BLOCK)
    while rest := stream.some(CHUNK):
        if rest.strip(b"\0"):
            raise ArchiveError("broken")
    return tuple(found)


def tar_content(file: BinaryIO, member: Member, most: int, bounds: Bounds) -> bytes:
    """A member's content, at most one byte more than `most`."""
    stream = Stream(file, bounds)
    stream.skip(member.offset)
    content = bytearray()
    left = min(member.size, most + 1)
    while left:
        piece = stream.read(min(left, CHUNK))
        content += piece
        left -= len(piece)
    return bytes(content)


def _headers(stream: Stream, bounds: Bounds) -> Iterator[tuple[bytes, Described]]:
    """Each member's header, with what was said of it before; up to the block of zeros that ends the
    archive.
    """
    described: Described = {}
    for _ in range(bounds.headers):
        header = stream.read(BLOCK)
        if not any(header):
            return
        _check(header)
        kind, size = header[156:157], _number(header[124:136])
        if kind not in (LONG_NAME, LONG_LINK, NEXT, ALL):
            yield header, described
            described = {}
            continue
        if size > bounds.extended:
            raise ArchiveError("broken")
        content = stream.read(size)
        stream.skip(-size % BLOCK)
        if kind == LONG_NAME:
            described = {**described, b"path": content.partition(b"\0")[0]}
        elif kind == NEXT:
            described = {**described, **_pax(content)}
        elif kind == ALL and {b"path", b"size"} & _pax(content).keys():  # one name for everything
            raise ArchiveError("broken")
    raise ArchiveError("many", str(bounds.members))


def _check(header: bytes) -> None:
    """ArchiveError where the header's own checksum is another."""
    total = sum(header) - sum(header[148:156]) + 8 * ord(" ")
    if total != _number(header[148:156]):
        raise ArchiveError("broken")


def _number(field: bytes) -> int:
    """An octal number; of the other notation there is no need below eight gigabytes."""
    if match := OCTAL.fullmatch(field):
        return int(match[1], 8)
    if field.strip(b" \0"):
        raise ArchiveError("broken")
    return 0


def _pax(content: bytes) -> Described:
    """The records of a pax header: `length key=value`, a line each."""
    found: Described = {}
    position = 0
    while position < len(content):
        match = PAX.match(content, position)
        end = position + int(match[1]) if match else 0
        if (
            match is None
            or not match.end() < end <= len(content)
            or content[end - 1 : end] != b"\n"
        ):
            raise ArchiveError("broken")
        found[match[2]] = content[match.end() : end - 1]
        position = end
    return found


def _member(header: bytes, described: Described, offset: int) -> Member:
    flag = header[156:157]
    kind = KINDS.get(flag, "special")
    name = header[:100].partition(b"\0")[0]
    if header[257:263] == b"ustar\0" and (prefix := header[345:500].partition(b"\0")[0]):
        name = prefix + b"/" + name
    name = described.get(b"path", name)
    size = _size(described[b"size"]) if b"size" in described else _number(header[124:136])
    if kind == "file" and any(key.startswith(b"GNU.sparse") for key in described):
        kind = "special"  # holes: a small archive, and a file of any size
    if kind == "file" and flag == b"\0" and name.endswith(b"/"):
        kind = "folder"
    return Member(
        path=safe_path(name.decode("utf-8", "replace")),
        kind=kind,
        size=size,
        packed=0 if flag in WITHOUT_DATA else size,
        offset=offset,
    )


def _size(decimal: bytes) -> int:
    if not re.fullmatch(rb"[0-9]{1,15}", decimal):
        raise ArchiveError("broken")
    return int(decimal)
