"""The manifest of a published version: who froze it, when and why, and the hash of every file."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CourseError
from autograder.results import json_text

MANIFEST_FILE = "manifest.json"  # in the folder of a version
MANIFEST_SCHEMA = 1
MAX_NAMED_FILES = 5  # of those that were changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What is recorded of a version when it is published."""

    version: int
    previous: int | None  # the version before; None: this is the first
    previous_manifest: str  # sha256 of that version's manifest, hex; empty: this is the first
    published_at: str  # ISO 8601, UTC
    author: str
    reason: str
    harness: str  # its version
    files: Mapping[str, str]  # sha256, hex, by path below the version's folder


def manifest_text(manifest: Manifest) -> str:
    """Return the file's text."""
    return json_text(
        {
            "schema": MANIFEST_SCHEMA,
            "version": manifest.version,
            "previous": manifest.previous,
            "previous_manifest": manifest.previous_manifest,
            "published_at": manifest.published_at,
            "author": manifest.author,
            "reason": manifest.reason,
            "harness": manifest.harness,
            "files": dict(sorted(manifest.files.items())),
        }
    )


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest in the folder of a version; CourseError where it cannot be read."""
    path = folder / MANIFEST_FILE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content.pop("schema") != MANIFEST_SCHEMA:
            raise ValueError("another schema")
        manifest = Manifest(**content)
        if not all(isinstance(digest, str) for digest in manifest.files.values()):
            raise TypeError("a digest that is no text")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        what = error.strerror if isinstance(error, OSError) else "not the manifest of a version"
        raise CourseError(
            f"{path}: {what}; restore this version from a backup, or remove its folder and publish "
            "again"
        ) from error
    return manifest


def require_unchanged(folder: Path) -> Manifest:
    """Return the manifest of a version; CourseError where its files are not those it names."""
    manifest = read_manifest(folder)
    present = file_digests(folder, left_out={MANIFEST_FILE})
    problems = list(_differences(manifest.files, present))
    if problems:
        named = "; ".join(problems[:MAX_NAMED_FILES])
        more = len(problems) - MAX_NAMED_FILES
        rest = f"; and {more} more" if more > 0 else ""
        raise CourseError(
            f"{folder}: changed since it was published: {named}{rest}; restore these files from "
            "a backup"
        )
    return manifest


def file_digests(folder: Path, *, left_out: frozenset[str] | set[str]) -> dict[str, str]:
    """Return the sha256 of each file below a folder by its path there, but for some paths."""
    digests = {}
    for path in files_below(folder):
        name = path.relative_to(folder).as_posix()
        if name not in left_out:
            digests[name] = "a link" if path.is_symlink() else digest_of(path)
    return digests


def files_below(folder: Path) -> Iterator[Path]:
    """Yield everything below a folder that is no folder, links included."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in (*names, *(each for each in folders if Path(place, each).is_symlink())):
            yield Path(place, name)


def digest_of(path: Path) -> str:
    """Return the sha256 of a file, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _differences(expected: Mapping[str, str], present: Mapping[str, str]) -> Iterator[str]:
    for name in sorted(expected.keys() | present.keys()):
        if name not in present:
            yield f"{name} is gone"
        elif name not in expected:
            yield f"{name} is new"
        elif expected[name] != present[name]:
            yield f"{name} has other content"
