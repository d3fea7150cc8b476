"""A small graded class to publish, and what lies below OUT/published."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from autograder.publishing.manifest import MANIFEST_FILE, Manifest, file_digests, manifest_text
from tests.support.command_line import CLASS, TINY, Ended, autograder, grade
from tests.support.once import once

BY = ("--author", "Marta Ruiz", "--reason", "Primera convocatoria.")
STUDENTS = ("adds", "right")
SEED = ("--seed", "7")


@dataclass(frozen=True, slots=True, kw_only=True)
class GradedClass:
    """The hand-ins of a class, and where they are graded into."""

    submitted: Path
    out: Path

    def grade(self, *options: object) -> Ended:
        """Grade the class, with the seed of all tests."""
        ended = grade(self.submitted, self.out, *SEED, *options)
        assert ended.returncode == 0, ended.stderr
        return ended

    def publish(self, *options: object) -> Ended:
        """Run `autograder publish`."""
        return autograder("publish", self.out, *BY, "--course", TINY, *options)

    def diff(self, *options: object) -> Ended:
        """Run `autograder diff` over OUT, or over what is named."""
        return autograder("diff", *(options or (self.out,)), "--course", TINY)

    def hand_in(self, student: str, like: str) -> None:
        """Let a student hand in what another student of the class has handed in."""
        shutil.copyfile(
            CLASS / like / "tensors" / "tensors.py",
            self.submitted / student / "tensors" / "tensors.py",
        )

    def versions(self) -> list[str]:
        """Return the names below OUT/published, hidden ones too."""
        return sorted(path.name for path in (self.out / "published").iterdir())


@once
def _graded_once(folder: Path) -> GradedClass:
    made = GradedClass(submitted=folder / "submitted", out=folder / "out")
    for student in STUDENTS:
        shutil.copytree(CLASS / student, made.submitted / student)
    made.grade()
    return made


def graded_class(folder: Path, scratch: Path) -> GradedClass:
    """Return a graded class of two in `folder`; it is graded once, into `scratch`."""
    source = _graded_once(scratch)
    shutil.copytree(source.submitted, folder / "submitted")
    shutil.copytree(source.out, folder / "out")
    return GradedClass(submitted=folder / "submitted", out=folder / "out")


def seal(version: Path) -> None:
    """Write the manifest of a version that a test has laid down by hand."""
    manifest = Manifest(
        version=int(version.name),
        previous=None,
        previous_manifest="",
        published_at="2026-12-01T10:00:00Z",
        author="Marta Ruiz",
        reason="Primera convocatoria.",
        harness="0.1.0",
        files=file_digests(version, left_out=set()),
    )
    (version / MANIFEST_FILE).write_text(manifest_text(manifest), encoding="utf-8")


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder by its path there."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
