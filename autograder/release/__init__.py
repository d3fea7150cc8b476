"""Releases: what students receive of an assignment, made from its solution."""

from autograder.release.contents import Release, build_release
from autograder.release.gate import proof_of, refusals
from autograder.release.package import PYTHON_VERSION, packed_files, stale_files, write_release
from autograder.release.source import SolutionSource, read_source

__all__ = [
    "PYTHON_VERSION",
    "Release",
    "SolutionSource",
    "build_release",
    "packed_files",
    "proof_of",
    "read_source",
    "refusals",
    "stale_files",
    "write_release",
]
