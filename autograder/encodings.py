"""The text of a file from any editor: by its byte order mark, else UTF-8, else the code page of Windows."""

from __future__ import annotations

import codecs

MARKS = (  # the longer ones first: that of UTF-32 begins like one of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
OLD = "cp1252"  # what Excel and Notepad write on Windows in Western Europe
SAMPLE = 512  # bytes at the beginning, of which the zeros tell UTF-16 without a mark
MIN_ZERO_SHARE = 0.4  # of the bytes at even, or at odd places; ordinary text in UTF-16 has nearly all there


def decoded(data: bytes) -> str:
    """The text of a file, whatever wrote it; a byte that has no meaning becomes U+FFFD."""
    encoding = marked_encoding(data) or _unmarked_utf16(data)
    if encoding:
        return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(OLD, "replace")


def decoded_strictly(data: bytes) -> str:
    """The text of a file by its byte order mark, else UTF-8; UnicodeDecodeError where it is neither."""
    return data.decode(marked_encoding(data) or "utf-8")


def marked_encoding(data: bytes) -> str:
    """The encoding that a byte order mark names; empty where there is none."""
    return next((encoding for mark, encoding in MARKS if data.startswith(mark)), "")


def _unmarked_utf16(data: bytes) -> str:
    """UTF-16 as some programs write it, without its mark: every other byte of ordinary text is zero."""
    sample = data[: SAMPLE - SAMPLE % 2]
    if b"\0" not in sample:
        return ""
    shares = {
        encoding: sample[place::2].count(0) / max(1, len(sample) // 2)
        for encoding, place in (("utf-16-be", 0), ("utf-16-le", 1))
    }
    best = max(shares, key=lambda encoding: shares[encoding])
    return best if shares[best] >= MIN_ZERO_SHARE > min(shares.values()) else ""
