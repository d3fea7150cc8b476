"""The text of a file from any editor."""

from __future__ import annotations

import codecs

import pytest

from autograder.text.decoding import decoded, decoded_strictly

TEXT = "id;nombre\nana;Ana García\nleo;Leo Muñoz\n"


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        TEXT.encode("utf-16"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.encode("utf-32"),
        TEXT.encode("cp1252"),
    ],
    ids=[
        "utf-8",
        "utf-8 with mark",
        "utf-16",
        "big",
        "little, no mark",
        "big, no mark",
        "utf-32",
        "cp1252",
    ],
)
def test_a_text_is_read_whatever_wrote_it(data: bytes) -> None:
    """A byte order mark decides, else UTF-8, else Windows' code page; the mark is no part of the
    text.
    """
    assert decoded(data) == TEXT


@pytest.mark.parametrize(
    "data", [b"", b"\0", b"\xff\xfe", b"\xff\xfea", b"\x81\x8d", b"a\0b\0c", b"\xef\xbb"]
)
def test_any_bytes_are_a_text(data: bytes) -> None:
    """Nothing raises, however little is there or however wrong it is."""
    assert isinstance(decoded(data), str)


def test_strictly_a_byte_without_meaning_is_refused() -> None:
    """Where a mark names the encoding it is read, and a file without one must be UTF-8."""
    assert decoded_strictly("título: ñ\n".encode("utf-16")) == "título: ñ\n"
    with pytest.raises(UnicodeDecodeError):
        decoded_strictly("título".encode("cp1252"))
