"""What a judge grades: a hand-in, files that another machine read, or one that is set aside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from autograder.handin.intake import HandIn
from autograder.model import SubmittedFiles


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A hand-in that is not graded any more: it was lost too often, or it cannot be read."""

    student: str
    assignment: str
    evidence: str


# What a judge gets: a hand-in that it reads, files that were read on another machine, or a hand-in
# that only gets the sheet of a fault of the harness.
ToGrade: TypeAlias = HandIn | SubmittedFiles | SetAside
