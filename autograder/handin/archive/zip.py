"""Zip archives: members of the central directory, compared with their own headers, and content.

The standard library's reader trusts sizes, keeps a list of any length, and (before 3.11.8) unpacks
members that overlap. This one reads what common programs write, and refuses the rest.
"""

from __future__ import annotations

import itertools
import stat
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from autograder.handin.archive.member import (
    ArchiveError,
    ArchiveLimits,
    FileKind,
    Member,
    StorageMethod,
    safe_path,
)

ZIP_MAGIC = b"PK\x03\x04"  # of a member's own header
ENTRY_MAGIC = b"PK\x01\x02"
END_MAGIC = b"PK\x05\x06"
# Disks, counts, size and offset of the directory, length of the comment.
END_RECORD = struct.Struct("<4s4H2LH")
ENTRY_RECORD = struct.Struct("<4s6H3L5H2L")
LOCAL_RECORD = struct.Struct("<4s5H3L2H")
MAX_COMMENT_BYTES = 0xFFFF
ENCRYPTED_FLAGS, UTF8_FLAG = 0x1 | 0x40 | 0x2000, 0x800
METHOD_BY_NUMBER: dict[int, StorageMethod] = {0: "stored", 8: "deflated"}
KIND_BY_MODE: dict[int, FileKind] = {
    0: "file",
    stat.S_IFREG: "file",
    stat.S_IFDIR: "folder",
    stat.S_IFLNK: "link",
}
CHUNK_BYTES = 1 << 16


def zip_members(file: BinaryIO, limits: ArchiveLimits) -> tuple[Member, ...]:
    """Return every member; ArchiveError if headers contradict each other or data overlap."""
    start, count, directory = _read_directory(file, limits)
    found: list[Member] = []
    regions: list[tuple[int, int]] = [(start, start)]
    position = 0
    for _ in range(count):
        data = directory[position : position + ENTRY_RECORD.size]
        entry = _unpack_record(ENTRY_RECORD, data, ENTRY_MAGIC)
        lengths = entry[10:13]  # of name, extra field and comment
        name = directory[position + ENTRY_RECORD.size :][: lengths[0]]
        position += ENTRY_RECORD.size + sum(lengths)
        member = _member(file, entry, name)
        found.append(member)
        regions.append((entry[16], member.offset + member.packed))
    if position != len(directory):
        raise ArchiveError("broken")
    regions.sort()
    for (_, end), (next_start, _) in itertools.pairwise(regions):
        if end > next_start:  # a byte in two members: a bomb, or two readings of one archive
            raise ArchiveError("broken")
    if regions[-1] != (start, start):
        raise ArchiveError("broken")
    return tuple(found)


def zip_content(file: BinaryIO, member: Member, max_bytes: int) -> bytes:
    """Return a member's content, at most one byte more than `max_bytes`.

    Raises ArchiveError if size or checksum are wrong, or the method is not supported.
    """
    if member.method == "locked":
        raise ArchiveError("locked")
    if member.method == "other":
        raise ArchiveError("method")
    pieces = _read_pieces(file, member)
    if member.method == "deflated":
        content = _inflate(pieces, max_bytes)
    else:
        content = _join(pieces, max_bytes)
    is_complete = len(content) <= max_bytes
    if is_complete and (len(content), zlib.crc32(content)) != (member.size, member.checksum):
        raise ArchiveError("broken")
    return bytes(content)


def _read_directory(file: BinaryIO, limits: ArchiveLimits) -> tuple[int, int, bytes]:
    """Return the offset of the list of members, their number and the list, which ends the file."""
    size = file.seek(0, 2)
    tail_start = max(0, size - END_RECORD.size - MAX_COMMENT_BYTES)
    file.seek(tail_start)
    tail = file.read(size - tail_start)
    ends = [place for place in _find_all(tail, END_MAGIC) if _ends_file(tail, place)]
    if len(ends) != 1:  # none, or two: other programs might see other members
        raise ArchiveError("broken")
    record = END_RECORD.unpack_from(tail, ends[0])
    _, disk, first_disk, count_here, count, length, start, _ = record
    if count > limits.members:
        raise ArchiveError("many", str(limits.members))
    is_split = disk or first_disk or count_here != count
    if is_split or length > limits.directory or start + length != tail_start + ends[0]:
        raise ArchiveError("broken")
    file.seek(start)
    return start, count, file.read(length)


def _find_all(data: bytes, pattern: bytes) -> Iterator[int]:
    place = data.find(pattern)
    while place >= 0:
        yield place
        place = data.find(pattern, place + 1)


def _ends_file(tail: bytes, place: int) -> bool:
    """Return whether the end record at `place`, with its comment, is the end of the file."""
    end = place + END_RECORD.size
    if end > len(tail):
        return False
    comment_length: int = END_RECORD.unpack_from(tail, place)[-1]
    return end + comment_length == len(tail)


def _unpack_record(record: struct.Struct, data: bytes, magic: bytes) -> tuple[int, ...]:
    if len(data) < record.size or not data.startswith(magic):
        raise ArchiveError("broken")
    return record.unpack(data)


def _member(file: BinaryIO, entry: tuple[int, ...], name: bytes) -> Member:
    """Return the member of a directory entry; its own header must agree with the entry."""
    flags, method, checksum, packed, size, offset = *entry[3:5], *entry[7:10], entry[16]
    file.seek(offset)
    local = _unpack_record(LOCAL_RECORD, file.read(LOCAL_RECORD.size), ZIP_MAGIC)
    if local[3] != method or (local[2] ^ flags) & ENCRYPTED_FLAGS or file.read(local[9]) != name:
        raise ArchiveError("broken")
    text = _decode_name(name, is_utf8=bool(flags & UTF8_FLAG))
    is_locked = bool(flags & ENCRYPTED_FLAGS)
    return Member(
        path=safe_path(text),
        kind=_kind_of(entry[15] >> 16, text),
        size=size,
        packed=packed,
        offset=offset + LOCAL_RECORD.size + local[9] + local[10],
        method="locked" if is_locked else METHOD_BY_NUMBER.get(method, "other"),
        checksum=checksum,
    )


def _decode_name(name: bytes, *, is_utf8: bool) -> str:
    """Decode a member's name; many programs write UTF-8 without setting the flag for it."""
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return name.decode("utf-8" if is_utf8 else "cp437", "replace")


def _kind_of(mode: int, name: str) -> FileKind:
    kind = KIND_BY_MODE.get(stat.S_IFMT(mode), "special")
    return "folder" if kind == "file" and name.endswith(("/", "\\")) else kind


def _read_pieces(file: BinaryIO, member: Member) -> Iterator[bytes]:
    """Yield the member's bytes in the archive, in pieces."""
    file.seek(member.offset)
    left = member.packed
    while left:
        piece = file.read(min(CHUNK_BYTES, left))
        if not piece:
            raise ArchiveError("broken")
        left -= len(piece)
        yield piece


def _join(pieces: Iterator[bytes], max_bytes: int) -> bytearray:
    """Return stored content, at most one byte more than `max_bytes`."""
    content = bytearray()
    for piece in pieces:
        content += piece[: max_bytes + 1 - len(content)]
        if len(content) > max_bytes:
            break
    return content


def _inflate(pieces: Iterator[bytes], max_bytes: int) -> bytearray:
    """Return deflated content, at most one byte more than `max_bytes`."""
    decompressor = zlib.decompressobj(-zlib.MAX_WBITS)
    content = bytearray()
    for piece in pieces:
        if decompressor.eof:  # data after the end
            raise ArchiveError("broken")
        try:
            content += decompressor.decompress(piece, max_bytes + 1 - len(content))
        except zlib.error:
            raise ArchiveError("broken") from None
        if len(content) > max_bytes:
            return content
    if not decompressor.eof or decompressor.unused_data:
        raise ArchiveError("broken")
    return content
