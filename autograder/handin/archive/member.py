"""Members of archives as headers describe them, the limits of an archive, and its error."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

FileKind = Literal["file", "folder", "link", "special"]
StorageMethod = Literal["stored", "deflated", "locked", "other"]  # locked: with a password
ArchiveProblem = Literal[
    "broken", "large", "many", "unpacked", "unsafe", "twice", "folders", "locked", "method"
]

WINDOWS_DRIVE = re.compile(r"[A-Za-z]:")
MAX_PATH_CHARS = 4096
MAX_PRINTED_CHARS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveLimits:
    """The most that an archive may ask for."""

    archive: int = 768 << 20  # bytes of the archive: the largest checkpoint and what belongs to it
    members: int = 5000  # with folders; a hand-in may contain its environment
    headers: int = 20_000  # of a tar; some only describe the next member
    directory: int = 4 << 20  # bytes of a zip's list of members
    extended: int = 64 << 10  # bytes of a header that only describes the next one
    unpacked: int = 768 << 20  # bytes of a compressed tar, which is read from its beginning


DEFAULT_LIMITS = ArchiveLimits()


class ArchiveError(ValueError):
    """Raised for an archive, or a requested member, that cannot be read."""

    def __init__(self, problem: ArchiveProblem, detail: str = "") -> None:
        super().__init__(f"{problem}: {detail}" if detail else problem)
        self.problem = problem
        self.detail = detail  # a name or a number, safe to print


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member as the headers describe it.

    Only the path was checked: it stays below the folder that it is unpacked in.
    """

    path: tuple[str, ...]
    kind: FileKind
    size: int  # bytes, unpacked
    packed: int  # bytes in the archive
    offset: int  # of its data in the archive
    method: StorageMethod = "stored"
    checksum: int | None = None  # CRC-32; None for a tar


def safe_path(name: str) -> tuple[str, ...]:
    """Return the parts of a member's name in Unicode's composed form.

    Raises ArchiveError if the path leads out of the folder that it is unpacked in.
    """
    composed = unicodedata.normalize("NFC", name)  # macOS stores accents apart
    parts = tuple(part for part in composed.replace("\\", "/").split("/") if part not in ("", "."))
    is_absolute = name.startswith(("/", "\\")) or WINDOWS_DRIVE.match(name) is not None
    if is_absolute or ".." in parts or "\0" in name or len(name) > MAX_PATH_CHARS:
        raise ArchiveError("unsafe", printable_name(name))
    return parts


def printable_name(name: str) -> str:
    """Return the beginning of a name, safe to print."""
    return ascii(name[:MAX_PRINTED_CHARS])[1:-1]
