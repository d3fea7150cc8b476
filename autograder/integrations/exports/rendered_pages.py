"""Students' pages of a graded folder in a language: as they were written, or rendered again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from autograder.errors import CourseError
from autograder.grading.cache.earlier_results import sheets_in
from autograder.handin.collect.lateness import lateness_by_student
from autograder.handin.collect.ledger import Ledger
from autograder.model import Course, Decisions, FinalGrade, Lang, Presence, ScoreSheet
from autograder.publishing import PublishedGrade
from autograder.report import student_page
from autograder.report.student.class_place import class_place, class_quartiles
from autograder.results import attempts_path, read_attempts
from autograder.scoring.final_grade import IN_TIME, final_grade
from autograder.scoring.overrides import MARKS_FILE, read_marks

REPORTS_FOLDER = "reports"  # below OUT and below each published version
HEAD_BYTES = 200  # of a page, in which its language stands
PAGE_LANGUAGE = re.compile(rb'<html[^>]* lang="en"')


def pages_in(
    course: Course,
    folder: Path,
    grades: Sequence[PublishedGrade],
    ledger: Ledger,
    lang: Lang,
) -> dict[str, bytes]:
    """Return each student's page in a language, by student.

    In the language in which it was written it is that page, byte for byte. In the other one it is
    rendered from the results of `folder`. CourseError where that would show another mark.
    """
    written = {grade.student: _written(folder, grade.student) for grade in grades}
    if all(written_language(page) == lang for page in written.values()):
        return written
    final_grades = list(_final_grades(course, folder, grades, ledger, lang))
    quartiles = class_quartiles(final_grades)
    pages = {}
    for grade, made in zip(grades, final_grades, strict=True):
        if (made.total, made.waiting) != (grade.total, grade.waiting):
            raise CourseError(
                f"{grade.student}: the present course gives {made.total} points, and {folder} says "
                f"{grade.total}; render with the course that graded it"
            )
        attempts = read_attempts(attempts_path(folder, grade.student))
        place = class_place(made, quartiles)
        page = student_page(course, made, lang, "student", attempts=attempts, place=place)
        pages[grade.student] = page.encode()
    return pages


def language_in(folder: Path, grades: Sequence[PublishedGrade]) -> Lang:
    """Return the language in which the pages of a graded folder were written."""
    return written_language(_written(folder, grades[0].student))


def written_language(page: bytes) -> Lang:
    """Return the language of a page, as its first element states it."""
    return "en" if PAGE_LANGUAGE.search(page[:HEAD_BYTES]) else "es"


def _written(folder: Path, student: str) -> bytes:
    file = folder / REPORTS_FOLDER / f"{student}.html"
    try:
        return file.read_bytes()
    except OSError as error:
        problem = (error.strerror or str(error)).lower()
        raise CourseError(f"{file}: {problem}; `autograder grade` writes it") from None


def _final_grades(
    course: Course,
    folder: Path,
    grades: Sequence[PublishedGrade],
    ledger: Ledger,
    lang: Lang,
) -> Iterator[FinalGrade]:
    unusable: list[str] = []
    by_student: dict[str, list[ScoreSheet]] = {grade.student: [] for grade in grades}
    for sheet in sheets_in(course, folder, lang, unusable):
        if sheet.student in by_student:
            by_student[sheet.student].append(sheet)
    if unusable:
        raise CourseError(*unusable)
    decided = _decisions(course, folder, by_student)
    late = lateness_by_student(ledger, course, lang)
    for grade in grades:
        student = grade.student
        yield final_grade(
            course,
            student,
            by_student[student],
            decided.get(student, Decisions()),
            lang,
            late.get(student, IN_TIME),
            _presence(grade),
        )


def _decisions(
    course: Course, folder: Path, students: Mapping[str, object]
) -> Mapping[str, Decisions]:
    file = folder / MARKS_FILE
    if not file.is_file():
        return {}
    found = read_marks(file, course.rubric, None)
    return {student: each for student, each in found.items() if student in students}


def _presence(grade: PublishedGrade) -> Presence:
    """Return what was handed in when the grade was made, as the grade itself says."""
    stages = {each["assignment"]: each["stage"] for each in grade.content["assignments"]}
    return Presence(
        handed_in=frozenset(a for a, stage in stages.items() if stage in ("graded", "handed_in")),
        not_due=frozenset(a for a, stage in stages.items() if stage == "not_due"),
        is_known="unknown" not in stages.values(),
    )
