"""The text of source code and notebooks (both sides): byte order marks and encoding cookies."""

from __future__ import annotations

import codecs
import json
import re

BYTE_ORDER_MARKS = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# PEP 263, in one of the first two lines.
ENCODING_COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.ASCII)
COOKIE_SEARCH_BYTES = 400  # of the start of a file
BLANK_OR_COMMENT = re.compile(rb"[ \t\f]*(?:#.*)?")
LATIN_ALIASES = ("latin", "latin1", "iso88591", "iso8859", "88591", "l1", "latin9", "iso885915")
# Encodings of one byte per character in which ASCII is ASCII: a cookie can hide no code.
SINGLE_BYTE_ENCODINGS = {
    **dict.fromkeys(LATIN_ALIASES[:6], "latin-1"),
    **dict.fromkeys(LATIN_ALIASES[6:], "iso8859-15"),
    **{f"iso8859{part}": f"iso8859-{part}" for part in (2, 3, 4, 5, 7, 9, 10, 13, 14, 16)},
    **{f"{start}{page}": f"cp{page}" for page in range(1250, 1259) for start in ("cp", "windows")},
    **{f"{start}{page}": f"cp{page}" for page in (437, 850, 852, 858) for start in ("cp", "ibm")},
    **dict.fromkeys(("macroman", "macintosh", "mac"), "mac-roman"),
    "koi8r": "koi8-r",
}


def decoded_code(content: bytes) -> str:
    r"""Return the text of a .py file, with `\n` at the end of each line.

    A byte order mark decides, then a cookie that names an encoding of one byte, else it is UTF-8. A
    cookie that names anything else is a comment: unicode_escape or UTF-7 would make other code than
    the bytes show. Raise UnicodeDecodeError where the bytes are not of that encoding.
    """
    mark, encoding = byte_order_mark(content)
    text = content[len(mark) :].decode(encoding or _cookie(content) or "utf-8")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def readable_code(content: bytes) -> str:
    """Return the text of a .py file, with replacement characters where `decoded_code` raises."""
    try:
        return decoded_code(content)
    except UnicodeDecodeError:
        return content.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")


def decoded_json(content: bytes) -> str:
    """Return the text of a JSON file, in the encoding that its bytes show.

    A byte order mark decides, or the null bytes of UTF-16 and UTF-32. Raise UnicodeDecodeError
    where the bytes are not of that encoding.
    """
    mark, encoding = byte_order_mark(content)
    return content[len(mark) :].decode(encoding or json.detect_encoding(content))


def byte_order_mark(content: bytes) -> tuple[bytes, str]:
    """Return the byte order mark and its encoding; empty where there is none."""
    return next(
        ((mark, name) for mark, name in BYTE_ORDER_MARKS if content.startswith(mark)), (b"", "")
    )


def _cookie(content: bytes) -> str:
    """Return the encoding that a cookie names; empty where none of one byte per character is."""
    for line in re.split(rb"\r\n|\r|\n", content[:COOKIE_SEARCH_BYTES], maxsplit=2)[:2]:
        cookie = ENCODING_COOKIE.match(line)
        if cookie:
            name = cookie[1].decode("ascii").lower()
            return SINGLE_BYTE_ENCODINGS.get(re.sub(r"[-_.]", "", name), "")
        if not BLANK_OR_COMMENT.fullmatch(line):
            break
    return ""
