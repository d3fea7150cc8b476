"""Archives of any bytes: members within bounds, or ArchiveError; what is taken is what others read
too.
"""

from __future__ import annotations

import io
import tarfile
import zipfile
import zlib
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from autograder.handin.archive import BOUNDS, ArchiveError, choose, content_of, members_of
from tests.fuzz.mutation import MIB, examples, limited, mutated
from tests.support.packing import (
    SOURCE,
    gzipped,
    header_of_tar,
    overlapping_zip,
    streamed_zip,
    tarred,
    zipped,
    zipped_entry,
)

MOST = 1000  # bytes of a member
SMALL = replace(BOUNDS, members=20, headers=60, unpacked=4 * MIB)
FILES = {"sums.py": SOURCE, "a/sums.py": b"x" * 3000, "ñ/b": b"", "sums.PY": b"y = 1\n"}
ZIPS = [
    *(
        zipped(FILES),
        zipped(FILES, zipfile.ZIP_STORED),
        streamed_zip(FILES),
        zipped({"sums.py": bytes(100_000)}),
    ),
    *(
        zipped_entry("sums.py", b"/etc/passwd", 0o120777),
        overlapping_zip(["sums.py", "sums.p2"], SOURCE),
    ),
]
TARS = [
    *(
        tarred(FILES),
        tarred(FILES, format=tarfile.GNU_FORMAT),
        tarred({"sums.py": b""}, tarfile.SYMTYPE),
    ),
    *(tarred({"d" * 120: b"1", "sums.py": SOURCE}, pax_headers={"comment": "x" * 100}),),
]
GZIPS = [gzipped(tar) for tar in TARS]
TOKENS = [
    b"PK\x01\x02",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"PK\x06\x06",
    b"../",
    b"\0" * 512,
    b"30 path=../x\n",
    b"ustar\0",
]


def read(data: bytes) -> dict[str, bytes]:
    """What is taken out of an archive, within all limits; nothing where it is refused."""
    file = io.BytesIO(data)
    with limited():
        try:
            members = members_of(file, SMALL)
            assert len(members) <= SMALL.members
            assert not any(".." in m.path or any("/" in part for part in m.path) for m in members)
            found = {}
            for name, member in choose(members, ["sums.py"]).items():
                if member.kind == "file":
                    found[name] = content_of(file, member, MOST, SMALL)
                    assert len(found[name]) <= MOST + 1
        except ArchiveError as error:
            return {} if str(error).isprintable() else {"unprintable": b""}
    return found


@examples()
@given(st.binary(max_size=600) | mutated(ZIPS, TOKENS) | mutated(TARS, TOKENS))
def test_any_bytes(data: bytes) -> None:
    """Random bytes, and archives with some bytes changed, are read within bounds or refused."""
    read(data)


@examples()
@given(
    mutated(GZIPS)
    | mutated(TARS, TOKENS).map(gzipped)
    | mutated(TARS, TOKENS).map(lambda d: gzipped(d * 40))
)
def test_any_gzip(data: bytes) -> None:
    """The same, where the damage is in the compression or below it."""
    read(data)


@examples()
@given(mutated(ZIPS, TOKENS))
def test_what_is_taken_from_a_zip_is_what_the_standard_library_reads(data: bytes) -> None:
    """Where both read a zip, both read the same: nobody is shown another file than the one that is
    graded.
    """
    for name, content in read(data).items():
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                by_name = {
                    info.filename.replace("\\", "/").split("/")[-1]: info
                    for info in archive.infolist()
                }
                theirs = archive.read(by_name[name])
        except (
            zipfile.BadZipFile,
            zlib.error,
            ValueError,
            NotImplementedError,
            RuntimeError,
            OSError,
            EOFError,
        ):
            continue
        assert theirs[: MOST + 1] == content


NUMBERS = st.integers(0, 2**33 - 1)


@examples()
@given(
    st.lists(
        st.tuples(st.sampled_from([*b"01234567xgLKSDV\0"]), NUMBERS | st.integers(0, 3000)),
        max_size=30,
    )
)
def test_any_headers_of_a_tar(headers: list[tuple[int, int]]) -> None:
    """Headers with true checksums, of any kind and size, in any order."""
    blocks = [
        header_of_tar(b"sums.py", size, bytes([kind])) + b"x" * min(size, 1024)
        for kind, size in headers
    ]
    read(b"".join(blocks) + bytes(1024))
    read(gzipped(b"".join(blocks) + bytes(1024)))
