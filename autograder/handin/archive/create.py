"""A zip made of files in memory, and what they are: the same bytes every time, on every machine."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping

DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip can hold: no clock goes into the bytes


def described(files: Mapping[str, bytes]) -> dict[str, dict[str, int | str]]:
    """The size and hash of each file, by name."""
    return {
        name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in sorted(files.items())
    }


def zipped(folder: str, files: Mapping[str, bytes]) -> bytes:
    """A zip of the files below `folder`, stored: how zlib packs differs from machine to machine."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{folder}/{name}", DATE)
            entry.create_system = 3  # Unix, on Windows too
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()
