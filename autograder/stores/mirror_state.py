"""The state of a mirror: what each object was when it and its file were last the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from autograder.results import write

STATE_FILE = "state.json"  # beside the files of a mirror


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncedFile:
    """An object and its file, when they were the same."""

    token: str  # differs once the object is written again
    size: int  # bytes
    modified_ns: int  # of the file
    digest: str  # sha256 of the content


def read_state(mirror: Path) -> dict[str, SyncedFile]:
    """Return the state of a mirror by name; nothing where it cannot be read."""
    try:
        entries = json.loads((mirror / STATE_FILE).read_bytes())
        return {name: SyncedFile(**entry) for name, entry in entries.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def write_state(mirror: Path, state: Mapping[str, SyncedFile]) -> None:
    """Write the state of a mirror."""
    entries = {name: asdict(entry) for name, entry in sorted(state.items())}
    write(mirror / STATE_FILE, json.dumps(entries))


def synced(file: Path, token: str, known: SyncedFile | None = None) -> SyncedFile:
    """Return the entry of a file that is the same as its object."""
    found = file.stat()
    return SyncedFile(
        token=token,
        size=found.st_size,
        modified_ns=found.st_mtime_ns,
        digest=digest_of(file, known),
    )


def digest_of(file: Path, known: SyncedFile | None) -> str:
    """Return the digest of a file's content; one that was not written since is not read."""
    found = file.stat()
    if known and (found.st_size, found.st_mtime_ns) == (known.size, known.modified_ns):
        return known.digest
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
