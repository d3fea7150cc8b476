"""A hand-in packed: a student's declared files in one zip, with a record of them."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from autograder.handin.archive import file_digests, make_zip
from autograder.model import CheckResult
from autograder.student.files import HandInFiles
from autograder.version import __version__

RECORD = "hand-in.json"
PACKAGES = ("torch", "torchvision", "timm")  # whose versions are told, where installed


def packed(hand_in: HandInFiles, results: Sequence[CheckResult]) -> bytes:
    """The zip: one folder with the files and a record of them; the same bytes for the same files."""
    files = dict(hand_in.submission.files)
    return make_zip(hand_in.assignment.id, {**files, RECORD: record(hand_in, results).encode()})


def record(hand_in: HandInFiles, results: Sequence[CheckResult]) -> str:
    """Sizes, hashes, versions, and how the public checks came out: information only, nothing is
    graded by it.
    """
    told = {
        "assignment": hand_in.assignment.id,
        "files": file_digests(hand_in.submission.files),
        "versions": {"autograder": __version__, "python": platform.python_version(), **_versions()},
        "checks": {result.id: result.outcome.value for result in results},
    }
    return json.dumps(told, indent=2) + "\n"


def _versions() -> dict[str, str]:
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
