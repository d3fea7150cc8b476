"""Intake: which files were handed in, and their bytes; folders and archives of students are only ever read."""

from autograder.intake.collection import Collection, collect, escaped
from autograder.intake.reading import read
from autograder.intake.source import HandIn

__all__ = ["Collection", "HandIn", "collect", "escaped", "read"]
