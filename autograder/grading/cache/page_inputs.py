"""What the pages of a class are made of, as digests: pages of the same inputs stay as they are."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from autograder.grading.attempts import record_attempts
from autograder.grading.cache.index import Index, file_state
from autograder.grading.class_reports import ClassReports
from autograder.model import Decisions, FinalGrade
from autograder.report.neighbors import neighbors_of
from autograder.results import result_path

CLASS_FILES = ("index.html", "scores.csv")  # below OUT


@dataclass(frozen=True, kw_only=True)
class PageInputs:
    """What the pages of a class are made of now."""

    reports: ClassReports
    decided: Mapping[str, Decisions]
    results: Mapping[str, str]  # sha256 of each result file, by path

    @cached_property
    def common(self) -> str:
        """Return what the pages of all students depend on."""
        reports = self.reports
        handouts = sorted(p for a in reports.course.assignments for p in a.root.glob("README*"))
        parts = (reports.course.digest, reports.lang, reports.is_partial, reports.quartiles)
        return repr((*parts, file_state(*handouts)))

    @cached_property
    def digests(self) -> dict[str, str]:
        """Return, by student, the digest of what final grade and pages are made of."""
        return {each.student: self._digest_of(each) for each in self.reports.final_grades}

    def _digest_of(self, final_grade: FinalGrade) -> str:
        reports, student = self.reports, final_grade.student
        sheets = [
            (self.results.get(str(result_path(reports.out, student, s.assignment))), s.is_earlier)
            for s in final_grade.sheets
        ]
        totals = [
            (str(total.earned), str(total.waiting), total.minimum_state)
            for total in final_grade.categories
        ]
        parts = (
            sheets,
            totals,
            self.decided.get(student),
            final_grade.adjustments,
            final_grade.reasons,
            sorted(final_grade.stages.items()),
            [group for group in reports.groups if student in group.students],
            neighbors_of(reports.students, student),
            record_attempts(reports.out, final_grade, reports.collected),
        )
        return hashlib.sha256(repr((self.common, parts)).encode("utf-8", "replace")).hexdigest()

    def note(self, student: str) -> str:
        """Return what the index notes of the written pages of a student."""
        return f"{self.digests[student]} {file_state(*self._files(student))}"

    def are_shown(self, student: str, index: Index) -> bool:
        """Return whether the pages of a student are there, made of what there is now."""
        is_there = bool(file_state(*self._files(student)))
        return is_there and index.pages.get(student) == self.note(student)

    def note_class(self, index: Index) -> str:
        """Return what the index notes of the written page of the class."""
        pages = sorted((student, note.split()[0]) for student, note in index.pages.items())
        teams = sorted(self.reports.collected.team_by_hand_in().items())
        places = sorted(self.reports.collected.enrollments.items(), key=lambda each: each[0])
        inputs = repr((self.common, pages, teams, places)).encode("utf-8", "replace")
        state = file_state(*(self.reports.out / name for name in CLASS_FILES))
        return f"{hashlib.sha256(inputs).hexdigest()} {state}"

    def is_class_shown(self, index: Index) -> bool:
        """Return whether the page of the class is there, made of what there is now."""
        is_there = all((self.reports.out / name).exists() for name in CLASS_FILES)
        return is_there and index.class_page == self.note_class(index)

    def _files(self, student: str) -> tuple[Path, ...]:
        out = self.reports.out
        pages = (out / folder / f"{student}.html" for folder in ("reports", "staff"))
        return (out / "final_grades" / f"{student}.json", *pages)
