"""Intake: which files were handed in, and their bytes; folders and archives of students are only
ever read.
"""

from autograder.handin.intake.collection import Collection, collect, escaped
from autograder.handin.intake.reading import read, read_from
from autograder.handin.intake.source import HandIn, Refused, too_large

__all__ = [
    "Collection",
    "HandIn",
    "Refused",
    "collect",
    "escaped",
    "read",
    "read_from",
    "too_large",
]
