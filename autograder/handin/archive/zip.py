"""Zip archives: the members in the central directory, each held against its own header, and their
content.

The standard library's reader believes sizes, keeps a list of any length, and (before 3.11.8)
unpacks members that overlap. This one reads what everyday programs write, and refuses the rest.
"""

from __future__ import annotations

import itertools
import stat
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from autograder.handin.archive.member import ArchiveError, Bounds, Kind, Member, Method, safe_path

MAGIC = b"PK\x03\x04"
END = struct.Struct(
    "<4s4H2LH"
)  # disks, counts, size and offset of the directory, length of the comment
ENTRY = struct.Struct("<4s6H3L5H2L")
LOCAL = struct.Struct("<4s5H3L2H")
LONGEST_COMMENT = 0xFFFF
LOCKED, UTF8 = 0x1 | 0x40 | 0x2000, 0x800  # flags
METHODS: dict[int, Method] = {0: "stored", 8: "deflated"}
CHUNK = 1 << 16


def zip_members(file: BinaryIO, bounds: Bounds) -> tuple[Member, ...]:
    """Every member; ArchiveError where headers contradict each other, or data overlap."""
    start, count, directory = _directory(file, bounds)
    found: list[Member] = []
    regions: list[tuple[int, int]] = [(start, start)]
    position = 0
    for _ in range(count):
        entry = _unpack(ENTRY, directory[position : position + ENTRY.size], b"PK\x01\x02")
        lengths = entry[10:13]  # of name, extra field and comment
        name = directory[position + ENTRY.size :][: lengths[0]]
        position += ENTRY.size + sum(lengths)
        member = _member(file, entry, name)
        found.append(member)
        regions.append((entry[16], member.offset + member.packed))
    if position != len(directory):
        raise ArchiveError("broken")
    regions.sort()
    if any(end > following for (_, end), (following, _) in itertools.pairwise(regions)):
        raise ArchiveError(
            "broken"
        )  # one byte in two members: a bomb, or two readings of one archive
    if regions[-1] != (start, start):
        raise ArchiveError("broken")
    return tuple(found)


def zip_content(file: BinaryIO, member: Member, most: int) -> bytes:
    """A member's content, at most one byte more than `most`; ArchiveError where it is not what was
    said.
    """
    if member.method == "locked":
        raise ArchiveError("locked")
    if member.method == "other":
        raise ArchiveError("method")
    pieces = _pieces(file, member)
    content = _inflated(pieces, most) if member.method == "deflated" else _stored(pieces, most)
    if len(content) <= most and (
        len(content) != member.size or zlib.crc32(content) != member.checksum
    ):
        raise ArchiveError("broken")
    return bytes(content)


def _directory(file: BinaryIO, bounds: Bounds) -> tuple[int, int, bytes]:
    """Where the list of members begins, how many there are, and the list, which ends the file."""
    size = file.seek(0, 2)
    tail_at = max(0, size - END.size - LONGEST_COMMENT)
    file.seek(tail_at)
    tail = file.read(size - tail_at)
    ends = [at for at in _occurrences(tail, b"PK\x05\x06") if _ends_file(tail, at)]
    if len(ends) != 1:  # none, or two: other programs might see other members
        raise ArchiveError("broken")
    _, disk, first, here, count, length, start, _ = END.unpack_from(tail, ends[0])
    if count > bounds.members:
        raise ArchiveError("many", str(bounds.members))
    if (
        disk
        or first
        or here != count
        or length > bounds.directory
        or start + length != tail_at + ends[0]
    ):
        raise ArchiveError("broken")
    file.seek(start)
    return start, count, file.read(length)


def _occurrences(data: bytes, pattern: bytes) -> Iterator[int]:
    at = data.find(pattern)
    while at >= 0:
        yield at
        at = data.find(pattern, at + 1)


def _ends_file(tail: bytes, at: int) -> bool:
    """Whether a record at `at`, with the comment that it announces, is the end of the file."""
    return at + END.size <= len(tail) and at + END.size + END.unpack_from(tail, at)[-1] == len(tail)


def _unpack(record: struct.Struct, data: bytes, magic: bytes) -> tuple[int, ...]:
    if len(data) < record.size or not data.startswith(magic):
        raise ArchiveError("broken")
    return record.unpack(data)


def _member(file: BinaryIO, entry: tuple[int, ...], name: bytes) -> Member:
    """A member of the directory, whose own header must say the same."""
    flags, method, checksum, packed, size, offset = *entry[3:5], *entry[7:10], entry[16]
    file.seek(offset)
    local = _unpack(LOCAL, file.read(LOCAL.size), MAGIC)
    if local[3] != method or (local[2] ^ flags) & LOCKED or file.read(local[9]) != name:
        raise ArchiveError("broken")
    text = _text_of(name, is_utf8=bool(flags & UTF8))
    return Member(
        path=safe_path(text),
        kind=_kind(entry[15] >> 16, text),
        size=size,
        packed=packed,
        offset=offset + LOCAL.size + local[9] + local[10],
        method="locked" if flags & LOCKED else METHODS.get(method, "other"),
        checksum=checksum,
    )


def _text_of(name: bytes, *, is_utf8: bool) -> str:
    """A member's name; many programs write UTF-8 and do not set the flag that says so."""
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return name.decode("utf-8" if is_utf8 else "cp437", "replace")


def _kind(mode: int, name: str) -> Kind:
    kinds: dict[int, Kind] = {
        0: "file",
        stat.S_IFREG: "file",
        stat.S_IFDIR: "folder",
        stat.S_IFLNK: "link",
    }
    kind = kinds.get(stat.S_IFMT(mode), "special")
    return "folder" if kind == "file" and name.endswith(("/", "\\")) else kind


def _pieces(file: BinaryIO, member: Member) -> Iterator[bytes]:
    """The bytes in the archive, some at a time."""
    file.seek(member.offset)
    left = member.packed
    while left:
        piece = file.read(min(CHUNK, left))
        if not piece:
            raise ArchiveError("broken")
        left -= len(piece)
        yield piece


def _stored(pieces: Iterator[bytes], most: int) -> bytearray:
    content = bytearray()
    for piece in pieces:
        content += piece[: most + 1 - len(content)]
        if len(content) > most:
            break
    return content


def _inflated(pieces: Iterator[bytes], most: int) -> bytearray:
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    content = bytearray()
    for piece in pieces:
        if inflate.eof:  # data behind the end
            raise ArchiveError("broken")
        try:
            content += inflate.decompress(piece, most + 1 - len(content))
        except zlib.error:
            raise ArchiveError("broken") from None
        if len(content) > most:
            return content
    if not inflate.eof or inflate.unused_data:
        raise ArchiveError("broken")
    return content
