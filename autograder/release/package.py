"""A release on the disk: its folder, its manifest with hashes, and a zip that is the same bytes
every time.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from autograder.handin.archive import described, zipped
from autograder.release.contents import Release
from autograder.results import write_bytes
from autograder.version import __version__

MANIFEST = "MANIFEST.json"
PYTHON = ".".join(map(str, sys.version_info[:2]))  # who releases here grades here


def packed(release: Release, proof: str, python: str = PYTHON) -> dict[str, bytes]:
    """Every file of release/<id>: the release's own, the manifest, and the zip of them all.

    `proof` is the digest of what was verified before this was released, `python` the version that
    grades.
    """
    files = dict(sorted(release.files.items()))
    files[MANIFEST] = manifest(release, proof, python).encode()
    return {**files, f"{release.assignment}.zip": zipped(release.assignment, files)}


def manifest(release: Release, proof: str, python: str) -> str:
    """What the release is, and the size and hash of each file."""
    record = {
        "assignment": release.assignment,
        "lang": release.lang,
        "harness": __version__,
        "python": python,  # that grades: `check` names what needs a newer one
        "verified": proof,
        "files": described(release.files),
    }
    return json.dumps(record, indent=2) + "\n"


def write_release(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make `folder` hold exactly these files."""
    for stale in _written(folder).keys() - files.keys():
        (folder / stale).unlink()
    for name, content in files.items():
        write_bytes(folder / name, content)
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            shutil.rmtree(path)


def in_step(folder: Path, files: Mapping[str, bytes]) -> list[str]:
    """The files below `folder` that are not as they would be made now, one line each."""
    found = _written(folder)
    lines = [
        f"{folder / name}: not made from the present source"
        for name in files
        if found.get(name) != files[name]
    ]
    return lines + [
        f"{folder / name}: belongs to no release" for name in found if name not in files
    ]


def _written(folder: Path) -> dict[str, bytes]:
    paths = (p for p in sorted(folder.rglob("*")) if p.is_file() and "__pycache__" not in p.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
