"""The grade of a checkout: its hand-ins are graded in a temporary folder, and nothing is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

from autograder.api.grade import grade
from autograder.ci.checkout import copy_hand_ins
from autograder.integrations.exports.hand_in import (
    GradedCriterion,
    GradedHandIn,
    Verdict,
    hand_in_of,
)
from autograder.integrations.exports.wording import phrase
from autograder.model import Assignment, Course, Lang, Level, Outcome
from autograder.sandbox.temp_dirs import temporary_folder

HARNESS = "harness"  # id of the criterion that states a fault which concerns everything
REPORT_SUFFIX = ".html"


class RunState(StrEnum):
    """How a run in a runner ended, as its outputs say it."""

    PASSED = "pass"
    FAILED = "fail"  # some of the work is wrong, or absent
    WAITING = "waiting"  # nothing is wrong so far, and a person decides the rest
    ERROR = "error"  # the harness, the course or the machine failed: no mark


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutGrade:
    """What a checkout earned."""

    hand_ins: tuple[GradedHandIn, ...]
    complaints: tuple[str, ...] = ()  # what could not be used
    report: str = ""  # the student's page; empty: there is none
    # The folder in the repository from which an assignment's files come, by its id.
    folders: Mapping[str, Path] = field(default_factory=dict)

    @property
    def state(self) -> RunState:
        """Return how the run ended; a fault of the harness is never a wrong answer."""
        criteria = [criterion for each in self.hand_ins for criterion in each.criteria]
        found = {finding.outcome for each in self.hand_ins for finding in each.findings}
        if any(each.has_fault for each in self.hand_ins) or Outcome.GRADER_ERROR in found:
            return RunState.ERROR
        wrong = (Verdict.PARTLY, Verdict.WRONG, Verdict.BLOCKED)
        has_findings = bool(found - {Outcome.PASSED, Outcome.MANUAL})
        if not criteria or has_findings or any(each.verdict in wrong for each in criteria):
            return RunState.FAILED
        is_decided = all(each.verdict is Verdict.RIGHT for each in criteria)
        return RunState.PASSED if is_decided else RunState.WAITING


def grade_checkout(
    course: Course,
    repository: Path,
    student: str,
    assignments: Sequence[Assignment],
    *,
    lang: Lang,
    data: Path | None = None,
    allow_sandbox: Level | None = None,
    has_report: bool = False,
) -> CheckoutGrade:
    """Grade the hand-ins of a repository as those of one student.

    CourseError and HostError are raised as by `grade`: then nothing is known of the work.
    """
    with temporary_folder() as folder:
        submitted, out = folder / "submitted", folder / "out"
        folders = copy_hand_ins(repository, assignments, submitted / student)
        if not folders:
            return CheckoutGrade(hand_ins=())
        summary = grade(
            course,
            submitted,
            out,
            assignments=[each.id for each in assignments],
            lang=lang,
            jobs=1,
            data=data,
            allow_sandbox=allow_sandbox,
        )
        sheets = [sheet for grade_ in summary.final_grades for sheet in grade_.sheets]
        page = out / "reports" / f"{student}{REPORT_SUFFIX}"
        return CheckoutGrade(
            hand_ins=tuple(hand_in_of(course, sheet, lang=lang) for sheet in sheets),
            complaints=(*summary.complaints, *summary.unusable),
            report=page.read_text(encoding="utf-8") if has_report and page.exists() else "",
            folders=folders,
        )


def faulty_grade(student: str, lang: Lang) -> CheckoutGrade:
    """Return the grade of a run that failed before anything of the work was known."""
    criterion = GradedCriterion(
        id=HARNESS,
        title=phrase("verdict", "fault", lang),
        earned=None,
        possible=Fraction(0),
        verdict=Verdict.FAULT,
        checks=(),
    )
    hand_in = GradedHandIn(
        student=student,
        assignment=HARNESS,
        title=phrase("ci", "title", lang),
        lang=lang,
        criteria=(criterion,),
        findings=(),
    )
    return CheckoutGrade(hand_ins=(hand_in,))


def joined(course: Course, grade: CheckoutGrade) -> GradedHandIn | None:
    """Return all hand-ins of a checkout as one: a step has one result and one sum of points.

    None where nothing was handed in.
    """
    if len(grade.hand_ins) <= 1:
        return next(iter(grade.hand_ins), None)
    first = grade.hand_ins[0]
    return GradedHandIn(
        student=first.student,
        assignment=course.id,
        title=course.title.in_(first.lang),
        lang=first.lang,
        criteria=tuple(criterion for each in grade.hand_ins for criterion in each.criteria),
        findings=tuple(finding for each in grade.hand_ins for finding in each.findings),
    )
