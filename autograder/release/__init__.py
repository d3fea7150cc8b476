"""Release: what students receive of an assignment, made from its one source, the solution."""

from autograder.release.contents import Release, build
from autograder.release.gate import proof_of, refusals
from autograder.release.package import PYTHON, in_step, packed, write_release
from autograder.release.source import Source, read_source

__all__ = [
    "PYTHON",
    "Release",
    "Source",
    "build",
    "in_step",
    "packed",
    "proof_of",
    "read_source",
    "refusals",
    "write_release",
]
