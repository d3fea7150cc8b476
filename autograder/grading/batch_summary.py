"""The summary of a batch: what was graded, what was reused, what could not be used, what waits."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from autograder.grading.graded import Graded
from autograder.model import FinalGrade, Level, ScoreSheet


@dataclass(slots=True, kw_only=True)
class BatchSummary:
    """What a batch did."""

    graded: list[Graded] = field(default_factory=list)
    is_partial: bool = False  # only a part of the class was to be graded
    level: Level | None = None  # the weakest sandbox level in force; None: no student code ran
    remarks: tuple[str, ...] = ()  # on nodes of a cluster that were given up, a line each
    final_grades: tuple[FinalGrade, ...] = ()
    complaints: tuple[str, ...] = ()  # hand-ins that could not be used, a line each
    unusable: list[str] = field(default_factory=list)  # result files that cannot be read, and why
    # What changed since earlier graders made a result, with the number of these results.
    earlier: Counter[str] = field(default_factory=Counter)
    waiting: tuple[tuple[str, str], ...] = ()  # student and assignment: handed in, not graded yet

    @property
    def again(self) -> Counter[str]:
        """Count why existing results were not valid any more, by cause."""
        return Counter(cause for graded in self.graded for cause in graded.causes)

    @property
    def by_earlier(self) -> list[ScoreSheet]:
        """Return the sheets that count although earlier graders made them."""
        return [
            sheet
            for final_grade in self.final_grades
            for sheet in final_grade.sheets
            if sheet.is_earlier
        ]

    @property
    def needs_review(self) -> bool:
        """Return whether a fault of the harness left something in this run undecided.

        What a person has decided since is not undecided.
        """
        in_this_run = {(graded.sheet.student, graded.sheet.assignment) for graded in self.graded}
        return any(
            sheet.status == "needs_review" and (sheet.student, sheet.assignment) in in_this_run
            for final_grade in self.final_grades
            for sheet in final_grade.sheets
        )
