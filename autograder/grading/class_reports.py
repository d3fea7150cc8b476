"""What the reports of a class are made of, and where they are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from autograder.handin.collect.ledger import Ledger
from autograder.model import Course, FinalGrade, Lang
from autograder.report.identical_work import IdenticalWork
from autograder.report.student.class_place import ClassQuartiles, class_quartiles


@dataclass(frozen=True, kw_only=True)
class ClassReports:
    """What the reports of a class are made of, and where they are written."""

    course: Course
    out: Path
    lang: Lang
    final_grades: Sequence[FinalGrade]
    groups: Sequence[IdenticalWork]  # of students whose work is alike
    collected: Ledger
    is_partial: bool = False  # only a part of the class was graded

    @cached_property
    def quartiles(self) -> ClassQuartiles | None:
        """Return the quartiles that students are shown; None where they are shown none."""
        is_shown = self.course.pages.class_place and not self.is_partial
        return class_quartiles(self.final_grades) if is_shown else None

    @cached_property
    def students(self) -> tuple[str, ...]:
        """Return the names of the students, in the order of the class."""
        return tuple(final_grade.student for final_grade in self.final_grades)
