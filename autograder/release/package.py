"""A release on disk: its folder, its manifest with hashes, and a zip with reproducible bytes."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from autograder.handin.archive import file_digests, make_zip
from autograder.release.contents import Release
from autograder.results import write_bytes
from autograder.version import __version__

MANIFEST_FILE = "MANIFEST.json"
PYTHON_VERSION = ".".join(map(str, sys.version_info[:2]))  # a release is graded where it is made


def packed_files(release: Release, proof: str, python: str = PYTHON_VERSION) -> dict[str, bytes]:
    """Return every file of release/<id>: the release's own, the manifest, and the zip of them all.

    `proof` is the digest of what was verified before this was released, `python` the version that
    grades.
    """
    files = dict(sorted(release.files.items()))
    files[MANIFEST_FILE] = manifest(release, proof, python).encode()
    return {**files, f"{release.assignment}.zip": make_zip(release.assignment, files)}


def manifest(release: Release, proof: str, python: str) -> str:
    """Return what the release is, with the size and hash of each file, as JSON."""
    document = {
        "assignment": release.assignment,
        "lang": release.lang,
        "harness": __version__,
        "python": python,  # `check` warns of code that needs a newer one
        "verified": proof,
        "files": file_digests(release.files),
    }
    return json.dumps(document, indent=2) + "\n"


def write_release(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make `folder` hold exactly these files."""
    for stale in _read_folder(folder).keys() - files.keys():
        (folder / stale).unlink()
    for name, content in files.items():
        write_bytes(folder / name, content)
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            shutil.rmtree(path)


def stale_files(folder: Path, files: Mapping[str, bytes]) -> list[str]:
    """Return a line for each file below `folder` that is not as it would be made now."""
    found = _read_folder(folder)
    lines = [
        f"{folder / name}: not made from the present source"
        for name, content in files.items()
        if found.get(name) != content
    ]
    lines += [f"{folder / name}: belongs to no release" for name in found if name not in files]
    return lines


def _read_folder(folder: Path) -> dict[str, bytes]:
    """Return the files below a folder by path, without what Python compiled."""
    paths = (p for p in sorted(folder.rglob("*")) if p.is_file() and "__pycache__" not in p.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
