"""Zip archives made of files in memory: the same bytes every time, on every machine."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping

ENTRY_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest date of the format; the bytes hold no clock
UNIX_SYSTEM = 3
FILE_MODE = 0o644


def file_digests(files: Mapping[str, bytes]) -> dict[str, dict[str, int | str]]:
    """Return the size and hash of each file, by name."""
    return {
        name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in sorted(files.items())
    }


def make_zip(folder: str, files: Mapping[str, bytes]) -> bytes:
    """Return a zip of the files below `folder`.

    The files are not compressed, because the output of zlib differs from machine to machine.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{folder}/{name}", ENTRY_DATE)
            entry.create_system = UNIX_SYSTEM  # on Windows too
            entry.external_attr = FILE_MODE << 16
            archive.writestr(entry, content)
    return buffer.getvalue()
