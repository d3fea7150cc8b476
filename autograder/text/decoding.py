"""The text of a file from any editor: by its byte order mark, else UTF-8, else the code page of
Windows.
"""

from __future__ import annotations

from autograder.sandbox.encoding import byte_order_mark

OLD = "cp1252"  # what Excel and Notepad write on Windows in Western Europe
SAMPLE = 512  # bytes at the beginning, of which the zeros tell UTF-16 without a mark
MIN_ZERO_SHARE = (
    0.4  # of the bytes at even, or at odd places; ordinary text in UTF-16 has nearly all there
)


def decoded(data: bytes) -> str:
    """The text of a file, whatever wrote it; a byte that has no meaning becomes U+FFFD."""
    mark, encoding = byte_order_mark(data)
    if encoding := encoding or _unmarked_utf16(data):
        return data[len(mark) :].decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(OLD, "replace")


def decoded_strictly(data: bytes) -> str:
    """The text of a file by its byte order mark, else UTF-8; UnicodeDecodeError where it is
    neither.
    """
    mark, encoding = byte_order_mark(data)
    return data[len(mark) :].decode(encoding or "utf-8")


def _unmarked_utf16(data: bytes) -> str:
    """UTF-16 as some programs write it, without its mark: every other byte of ordinary text is
    zero.
    """
    sample = data[: SAMPLE - SAMPLE % 2]
    if b"\0" not in sample:
        return ""
    shares = {
        encoding: sample[place::2].count(0) / max(1, len(sample) // 2)
        for encoding, place in (("utf-16-be", 0), ("utf-16-le", 1))
    }
    best = max(shares, key=lambda encoding: shares[encoding])
    return best if shares[best] >= MIN_ZERO_SHARE > min(shares.values()) else ""
