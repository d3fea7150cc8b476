"""A hand-in packed: a student's declared files in one zip, with a manifest of them."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from autograder.handin.archive import file_digests, make_zip
from autograder.model import CheckResult
from autograder.student.files import HandInFiles
from autograder.version import __version__

MANIFEST_FILE = "hand-in.json"
REPORTED_PACKAGES = ("torch", "torchvision", "timm")  # whose versions are in the manifest


def packed(hand_in: HandInFiles, results: Sequence[CheckResult]) -> bytes:
    """Return the zip, one folder with the files and a manifest; equal files give equal bytes."""
    files = dict(hand_in.submission.files)
    files[MANIFEST_FILE] = manifest(hand_in, results).encode()
    return make_zip(hand_in.assignment.id, files)


def manifest(hand_in: HandInFiles, results: Sequence[CheckResult]) -> str:
    """Return sizes, hashes, versions and outcomes of the public checks; nothing is graded by it."""
    content = {
        "assignment": hand_in.assignment.id,
        "files": file_digests(hand_in.submission.files),
        "versions": {"autograder": __version__, "python": platform.python_version(), **_versions()},
        "checks": {result.id: result.outcome.value for result in results},
    }
    return json.dumps(content, indent=2) + "\n"


def _versions() -> dict[str, str]:
    versions = {}
    for package in REPORTED_PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return versions
