"""Intake: the hand-ins below a folder, and the bytes of each; nothing there is ever written."""

from autograder.handin.intake.file_source import HandIn, RefusedFile, too_large
from autograder.handin.intake.find_hand_ins import HandInListing, find_hand_ins
from autograder.handin.intake.folder_entries import printable_path
from autograder.handin.intake.read_hand_in import read_hand_in, read_source

__all__ = [
    "HandIn",
    "HandInListing",
    "RefusedFile",
    "find_hand_ins",
    "printable_path",
    "read_hand_in",
    "read_source",
    "too_large",
]
