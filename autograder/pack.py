"""A hand-in packed: a student's declared files in one zip with a record of them, and what is wrong with them."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from autograder import __version__
from autograder.archive import described, zipped
from autograder.intake import HandIn, read
from autograder.model import Assignment, CheckResult, Lang, Outcome, Submission

RECORD = "hand-in.json"
PACKAGES = ("torch", "torchvision", "timm")  # whose versions are told, where installed


@dataclass(frozen=True, slots=True, kw_only=True)
class HandInFiles:
    """What a student hands in for an assignment, as intake will read it."""

    assignment: Assignment
    submission: Submission

    @property
    def is_complete(self) -> bool:
        """Whether every file that is asked for is there and can be used."""
        return all(finding.outcome is Outcome.PASSED for finding in self.submission.findings)


def gather(source: Path, assignment: Assignment, lang: Lang) -> HandInFiles:
    """Read a student's code, and the other declared files beside it, with the very code that grading uses."""
    first, *others = assignment.files
    chosen = replace(assignment, files=(replace(first, name=source.name, alternatives=()), *others))
    hand_in = HandIn(student="", assignment=assignment.id, path=source.parent)
    return HandInFiles(assignment=assignment, submission=read(hand_in, chosen, lang))


def packed(hand_in: HandInFiles, results: Sequence[CheckResult]) -> bytes:
    """The zip: one folder with the files and a record of them; the same bytes for the same files."""
    files = dict(hand_in.submission.files)
    return zipped(hand_in.assignment.id, {**files, RECORD: record(hand_in, results).encode()})


def record(hand_in: HandInFiles, results: Sequence[CheckResult]) -> str:
    """Sizes, hashes, versions, and how the public checks came out: information only, nothing is graded by it."""
    told = {
        "assignment": hand_in.assignment.id,
        "files": described(hand_in.submission.files),
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
