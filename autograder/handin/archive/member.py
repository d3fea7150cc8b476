"""A member of an archive as its headers describe it, what an archive may ask for, and how one is
refused.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Kind = Literal["file", "folder", "link", "special"]
Method = Literal["stored", "deflated", "locked", "other"]  # locked: behind a password
Why = Literal[
    "broken", "large", "many", "unpacked", "unsafe", "twice", "folders", "locked", "method"
]

DRIVE = re.compile(r"[A-Za-z]:")
LONGEST_PATH = 4096  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The most that an archive may ask for."""

    archive: int = (
        768 << 20
    )  # bytes of the archive itself: the largest checkpoint, and what belongs beside it
    members: int = 5000  # folders included: a hand-in may bring its environment along
    headers: int = 20_000  # of a tar: a member may have some that only describe it
    directory: int = 4 << 20  # bytes of a zip's list of members
    extended: int = 64 << 10  # bytes of one header that only describes the next one
    unpacked: int = (
        768 << 20
    )  # bytes of a compressed tar, which can only be read from its beginning


BOUNDS = Bounds()


class ArchiveError(ValueError):
    """Raised where an archive, or a member that is asked for, cannot be read; `why` is a word for
    it.
    """

    def __init__(self, why: Why, what: str = "") -> None:
        super().__init__(f"{why}: {what}" if what else why)
        self.why = why
        self.what = what  # a name or a number that is at fault, safe to print


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """What the headers say of one member. All of it is a claim, but that its path leads nowhere
    else.
    """

    path: tuple[str, ...]
    kind: Kind
    size: int  # bytes, unpacked
    packed: int  # bytes in the archive
    offset: int  # of its data
    method: Method = "stored"
    checksum: int | None = None  # CRC-32, where the format has one


def safe_path(name: str) -> tuple[str, ...]:
    """The parts of a member's name, composed as people type them: macOS takes accents apart.

    ArchiveError where it would lead out of the folder it is unpacked in.
    """
    composed = unicodedata.normalize("NFC", name)
    parts = tuple(part for part in composed.replace("\\", "/").split("/") if part not in ("", "."))
    is_absolute = name.startswith(("/", "\\")) or DRIVE.match(name) is not None
    if is_absolute or ".." in parts or "\0" in name or len(name) > LONGEST_PATH:
        raise ArchiveError("unsafe", shown(name))
    return parts


def shown(name: str) -> str:
    """The beginning of a name, safe to print."""
    return ascii(name[:60])[1:-1]
