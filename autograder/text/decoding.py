"""The text of a file from any editor: by its byte order mark, else UTF-8, else for Windows."""

from __future__ import annotations

from autograder.sandbox.encoding import byte_order_mark

WINDOWS_ENCODING = "cp1252"  # what Excel and Notepad write on Windows in Western Europe
SAMPLE_BYTES = 512  # at the beginning, whose zeros show UTF-16 without a mark
# Of the bytes at even, or at odd places; ordinary text in UTF-16 has nearly all its zeros there.
MIN_ZERO_SHARE = 0.4


def decoded(data: bytes) -> str:
    """Return the text of a file from any program; a byte without meaning becomes U+FFFD."""
    mark, encoding = byte_order_mark(data)
    if encoding := encoding or _unmarked_utf16(data):
        return data[len(mark) :].decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(WINDOWS_ENCODING, "replace")


def decoded_strictly(data: bytes) -> str:
    """Return the text of a file by its byte order mark, else UTF-8, or raise UnicodeDecodeError."""
    mark, encoding = byte_order_mark(data)
    return data[len(mark) :].decode(encoding or "utf-8")


def _unmarked_utf16(data: bytes) -> str:
    """Return the encoding of UTF-16 without its mark, or nothing.

    Some programs write it so. Every other byte of ordinary text is zero.
    """
    sample = data[:SAMPLE_BYTES]
    if b"\0" not in sample:
        return ""
    shares = {
        encoding: sample[place::2].count(0) / max(1, len(sample) // 2)
        for encoding, place in (("utf-16-be", 0), ("utf-16-le", 1))
    }
    best = max(shares, key=lambda encoding: shares[encoding])
    return best if shares[best] >= MIN_ZERO_SHARE > min(shares.values()) else ""
