"""Archives as tests need them: those that everyday programs write, and some that none would."""

from __future__ import annotations

import gzip
import io
import tarfile
import warnings
import zipfile
import zlib
from collections.abc import Mapping

SOURCE = b"def add(a, b):\n    return a + b\n"
ZIP_NAMES = 2  # how often a name stands in a zip: in its own header and in the directory


def zipped(
    files: Mapping[str, bytes] | list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """Return a zip of these files; a list may hold a name twice."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(stream, "w", method, compresslevel=1) as archive,
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")  # a name twice
        for name, content in files.items() if isinstance(files, Mapping) else files:
            archive.writestr(name, content)
    return stream.getvalue()


def streamed_zip(files: Mapping[str, bytes]) -> bytes:
    """Return a zip as written to a pipe: its sizes stand behind the data."""

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    stream = Pipe()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def zipped_entry(name: str, content: bytes, mode: int) -> bytes:
    """Return a zip of one member of a Unix kind."""
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, mode << 16
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(info, content)
    return stream.getvalue()


def tarred(
    files: Mapping[str, bytes] | list[tuple[str, bytes]],
    kind: bytes = tarfile.REGTYPE,
    **fields: object,
) -> bytes:
    """Return a tar of these files, all of one kind, with these fields in their headers."""
    stream = io.BytesIO()
    tar_format = fields.pop("format", tarfile.PAX_FORMAT)
    with tarfile.open(fileobj=stream, mode="w", format=tar_format) as archive:  # type: ignore[call-overload]
        for name, content in files.items() if isinstance(files, Mapping) else files:
            info = tarfile.TarInfo(name)
            info.size, info.type = len(content) if kind == tarfile.REGTYPE else 0, kind
            for field, value in fields.items():
                setattr(info, field, value)
            archive.addfile(info, io.BytesIO(content))
    return stream.getvalue()


def gzipped(content: bytes) -> bytes:
    """Its gzip, the same bytes every time."""
    return gzip.compress(content, compresslevel=1, mtime=0)


def renamed(archive: bytes, old: str, new: bytes) -> bytes:
    """Return the archive with a member's name replaced everywhere by one of the same length."""
    assert len(old.encode()) == len(new)
    assert archive.count(old.encode()) == ZIP_NAMES
    return archive.replace(old.encode(), new)


def header_of_tar(name: bytes, size: int, kind: bytes = b"0") -> bytes:
    """Return a tar's header of any content, with a true checksum."""
    block = bytearray(512)
    block[: len(name)], block[124:136], block[156:157] = name, b"%011o\0" % size, kind
    block[257:265] = b"ustar\00000"
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def overlapping_zip(names: list[str], content: bytes) -> bytes:
    """Return a zip whose members share one piece of data and quote the headers behind them."""
    kernel = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = kernel.compress(content) + kernel.flush()
    plain = zipped({names[0]: content})
    offset, entries = 0, b""
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        entry = plain[archive.start_dir : plain.rindex(b"PK\x05\x06")]
    for name in names:
        entries += entry[:46] + name.encode()
        assert len(name) == len(names[0])
    body = plain[offset : plain.index(data) + len(data)]
    end = bytearray(plain[plain.rindex(b"PK\x05\x06") :])
    end[8:12] = len(names).to_bytes(2, "little") * 2
    end[12:16], end[16:20] = len(entries).to_bytes(4, "little"), len(body).to_bytes(4, "little")
    return body + entries + bytes(end)
