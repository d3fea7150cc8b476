"""The format of a file that should hold weights, recognised by its bytes; nothing is decoded."""

from __future__ import annotations

import string

TORCH, SAFETENSORS = "torch", "safetensors"  # the formats that are read

LFS_POINTER = b"version https://git-lfs"
# Of torch.save before it wrote zip files.
LEGACY_MAGIC = b"\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"
ZIP, ZIP_END = b"PK\x03\x04", b"PK\x05\x06"
ZIP64_RECORDS = 76  # bytes that may stand between a zip's list of members and its end
HEAD_BYTES = 512  # bytes at the start that are looked at
TAIL_BYTES = 1 << 20  # bytes at the end that hold a zip's list of members
MAX_HEADER_BYTES = 100 << 20  # bytes of the header of safetensors, as its library allows
PRINTABLE_BYTES = set(string.printable.encode())

FORMAT_BY_START = (  # format, the bytes that it begins with
    ("hdf5", b"\x89HDF\r\n\x1a\n"),
    ("numpy", b"\x93NUMPY"),
    ("archive", b"\x1f\x8b"),  # gzip
    ("archive", b"7z\xbc\xaf\x27\x1c"),
    ("archive", b"Rar!"),
    ("archive", b"BZh"),
    ("archive", b"\xfd7zXZ"),
    ("picture", b"\x89PNG"),
    ("picture", b"\xff\xd8\xff"),
)
# format of a zip file, a part of the name of one of its members; the first that is there decides
FORMAT_BY_MEMBER = (
    ("torchscript", b"constants.pkl"),
    (TORCH, b"/data.pkl"),
    (TORCH, b"data.pkl"),
    ("hdf5", b"model.weights.h5"),  # .keras
    ("numpy", b".npy"),
)


def format_of(content: bytes) -> str:
    """Return the format of a file: TORCH, SAFETENSORS, or the name of an unsupported one."""
    head = content[:HEAD_BYTES]
    if head.startswith(ZIP):
        return _format_of_zip(content[-TAIL_BYTES:])
    if LEGACY_MAGIC in head[:64]:
        return TORCH
    for name, start in FORMAT_BY_START:
        if head.startswith(start):
            return name
    return _format_of_text(head) or _format_of_binary(content, head)


def _format_of_zip(tail: bytes) -> str:
    end = tail.rfind(ZIP_END)
    if end < 0:
        return "cut_short"
    # Of the list of members, which ends here.
    size = int.from_bytes(tail[end + 12 : end + 16], "little")
    members = tail[max(0, end - size - ZIP64_RECORDS) : end]
    return next((name for name, member in FORMAT_BY_MEMBER if member in members), "zip")


def _format_of_text(head: bytes) -> str:
    """Return the format of a file that begins like a text; "" where it is none."""
    if head.startswith(LFS_POINTER):
        return "lfs_pointer"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"<"):
        return "web_page"
    return "text" if set(text) <= PRINTABLE_BYTES else ""


def _format_of_binary(content: bytes, head: bytes) -> str:
    length = int.from_bytes(head[:8], "little")
    if head[8:9] == b"{" and 2 <= length <= MAX_HEADER_BYTES:
        return SAFETENSORS if len(content) >= 8 + length else "cut_short"
    if head[257:262] == b"ustar":
        return "archive"
    if head[:1] == b"\x80" and head[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05"):
        return "pickle"
    if head[:1] == b"\x08" and (
        b"onnx" in head.lower() or b"pytorch" in head or head[2:3] in (b"\x12", b"\x3a")
    ):
        return "onnx"
    return "unknown"
