"""A class with final grades of every kind: decided, waiting, and spoilt by a fault of ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from autograder.config.course import load_course
from autograder.grading.batch_reports import ClassReports, write_student
from autograder.grading.cache.fingerprint import basis_of
from autograder.handin.collect.ledger import Ledger
from autograder.model import (
    CheckResult,
    Course,
    Decisions,
    Frame,
    Mark,
    Outcome,
    ScoreSheet,
    Words,
)
from autograder.publishing import PublishedGrade, read_grades
from autograder.results import result_path, to_json, write
from autograder.scoring.criteria import score, status
from autograder.scoring.final_grade import final_grade
from autograder.scoring.overrides import MARKS_FILE, write_marks
from tests.support.places import CASES

TINY = CASES / "tiny_course"
DECIDED, THIRDS, WAITING, FAULT = "ana", "Núñez, Íñigo", "bo", "carla"
STUDENTS = (DECIDED, THIRDS, WAITING, FAULT)
HOSTILE_REASON = '=HYPERLINK("x") <b>&amp;</b> "quoted", \x01 fin'
HIDDEN_EVIDENCE = "expected 42 for the hidden input 21"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedClass:
    """The course and OUT, as `grade` leaves it."""

    course: Course
    out: Path

    @property
    def grades(self) -> tuple[PublishedGrade, ...]:
        """The final grades in OUT."""
        return read_grades(self.out)


def exported_class(folder: Path, students: Sequence[str] = STUDENTS) -> ExportedClass:
    """Make OUT of a class of the tiny course, without grading.

    `ana` has 18 of 20 points, `Núñez, Íñigo` 8 and a third, `bo` waits for a person, and a check of
    `carla` failed through a fault of the harness.
    """
    course = load_course(TINY)
    out = folder / "out"
    for student in students:
        sheets = (_tensors(course, student), _essay(course, student))
        for sheet in sheets:
            write(result_path(out, student, sheet.assignment), to_json(sheet))
        grade = final_grade(course, student, sheets, _decisions(student))
        reports = ClassReports(
            course=course, out=out, lang="es", final_grades=(grade,), groups=(), collected=Ledger()
        )
        write_student(reports, grade)
    write_marks(out / MARKS_FILE, {student: _decisions(student) for student in students})
    return ExportedClass(course=course, out=out)


def _tensors(course: Course, student: str) -> ScoreSheet:
    broken = Outcome.GRADER_ERROR if student == FAULT else Outcome.FAILED
    value = CheckResult(
        id="test_value",
        criterion="code.double",
        outcome=broken,
        message="El resultado no es el doble.",
        hint="Multiplica por dos.",
        expects="double devuelve el doble.",
        where=(Frame(file="tensors.py", line=2, function="double"),),
        evidence=HIDDEN_EVIDENCE,
        output="printed by the student",
        also=Words(
            message="The result is not twice.",
            hint="Multiply by two.",
            expects="double returns twice.",
        ),
    )
    shape = CheckResult(
        id="test_shape", criterion="code.double", outcome=Outcome.PASSED, message="Correcto."
    )
    total = CheckResult(id="test_total", criterion="code.total", outcome=Outcome.PASSED)
    blocked = CheckResult(
        id="test_mean",
        criterion="code.mean",
        outcome=Outcome.PASSED if student == DECIDED else Outcome.BLOCKED,
        message="Depende de: double devuelve el doble.",
        expects="mean calcula la media.",
    )
    return _sheet(course, student, "tensors", (shape, value, total, blocked))


def _essay(course: Course, student: str) -> ScoreSheet:
    return _sheet(course, student, "essay", ())


def _sheet(
    course: Course, student: str, assignment_id: str, checks: tuple[CheckResult, ...]
) -> ScoreSheet:
    assignment = course.assignment(assignment_id)
    scores = score(assignment, checks)
    return ScoreSheet(
        student=student,
        assignment=assignment_id,
        status=status(scores, ()),
        scores=scores,
        findings=(),
        seed=7,
        lang="es",
        submission_digest=student,
        basis=basis_of(course, assignment),
        confinement=None,
    )


def _decisions(student: str) -> Decisions:
    if student == WAITING:
        return Decisions()
    essay = Fraction(10, 3) if student == THIRDS else Fraction(6)
    given = {"words.essay": essay, "words.poster": Fraction(0 if student == THIRDS else 4)}
    marks = tuple(
        Mark(criterion=criterion, points=points, author="Marta Ruiz", reason=HOSTILE_REASON)
        for criterion, points in given.items()
    )
    return Decisions(marks=marks)
