"""Names in archives are decoded as the packing program meant them."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from pathlib import Path

import pytest

from autograder.handin.archive import members_of
from autograder.handin.collect.source_tree import read_tree
from tests.support.packing import ZIP_NAMES, tarred

NAME = "Ana Muñoz_1001_assignsubmission_file"
APART = unicodedata.normalize("NFD", NAME)


def zip_with(name: bytes, *, says_utf8: bool = False) -> bytes:
    """Return a zip with one member of this name in bytes, with or without the UTF-8 flag."""
    stream = io.BytesIO()
    placeholder = "x" * (len(name) - 1) + ("ñ" if says_utf8 else "y")
    if says_utf8:
        placeholder = placeholder[1:]
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(placeholder, b"1\n")
    packed = stream.getvalue()
    assert packed.count(placeholder.encode()) == ZIP_NAMES
    return packed.replace(placeholder.encode(), name)


@pytest.mark.parametrize(
    "packed",
    [
        zip_with(NAME.encode(), says_utf8=True),
        zip_with(NAME.encode()),
        zip_with(NAME.encode("cp437")),
        zip_with(APART.encode()),
        tarred({APART: b"1\n"}),
    ],
    ids=["flag", "no flag", "code page", "macOS", "tar of macOS"],
)
def test_a_name_is_read_as_it_was_meant(packed: bytes) -> None:
    """UTF-8 is read without its flag, other bytes as the old code page; accents are composed."""
    assert [member.path for member in members_of(io.BytesIO(packed))] == [(NAME,)]


def test_a_name_with_the_flag_that_is_no_utf8_is_no_other_name() -> None:
    """A name with the UTF-8 flag is never decoded by the old code page."""
    (member,) = members_of(io.BytesIO(zip_with(b"sums\xa4.py", says_utf8=True)))
    assert member.path == ("sums\N{REPLACEMENT CHARACTER}.py",)


def test_a_folder_of_macos_is_read_alike(tmp_path: Path) -> None:
    """Decomposed names on a disk are composed, and their files are still read."""
    (tmp_path / APART).mkdir()
    (tmp_path / APART / "two_sums.py").write_bytes(b"x = 1\n")
    (entry,) = (e for e in read_tree(tmp_path).entries if e.kind == "file")
    assert (entry.path, entry.content(100)) == ((NAME, "two_sums.py"), b"x = 1\n")
