"""What a batch writes beside the result files: final grades, pages, the table and run.json."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.grading.attempts import record_attempts
from autograder.grading.cache.earlier_results import RUN_METADATA_FILE
from autograder.grading.cache.index import Index
from autograder.grading.cache.page_inputs import PageInputs
from autograder.grading.class_reports import ClassReports
from autograder.grading.page_processes import write_pages
from autograder.grading.run_metadata import run_metadata
from autograder.handin.collect.ledger import LEDGER_FILE, Ledger, settled, write_ledger
from autograder.model import Course, Decisions, FinalGrade, Run
from autograder.report import (
    class_page,
    final_grade_json,
    find_identical_work,
    scores_csv,
    student_page,
    views_by_audience,
)
from autograder.report.neighbors import neighbors_of
from autograder.report.student.class_place import class_place
from autograder.results import write
from autograder.scoring.overrides import MARKS_FILE, write_marks

if TYPE_CHECKING:  # it imports torch, which a change of a mark needs not
    from autograder.grading.batch_summary import BatchSummary


def write_reports(
    course: Course,
    run: Run,
    summary: BatchSummary,
    decided: Mapping[str, Decisions],
    collected: Ledger,
    index: Index,
    on_page: Callable[[int, int], None] | None = None,
) -> None:
    """Write OUT but for its result files, from the final grades of the summary.

    Pages whose inputs are those that the `index` notes are left as they are. `on_page` is called
    with the number of students' pages that are written, and that of all.
    """
    assert run.out is not None
    reports = ClassReports(
        course=course,
        out=run.out,
        lang=run.lang,
        final_grades=summary.final_grades,
        groups=find_identical_work(summary.final_grades, collected.team_by_hand_in()),
        collected=collected,
        is_partial=summary.is_partial,
    )
    inputs = PageInputs(reports=reports, decided=decided, results=index.results)
    stale = [each for each in summary.final_grades if not inputs.are_shown(each.student, index)]
    write_pages(partial(write_student, reports), stale, run.jobs, on_page)
    index.pages = {student: inputs.note(student) for student in reports.students}
    if inputs.is_class_shown(index):
        write_copies(reports, decided)
    else:
        write_class(reports, decided)
        index.class_page = inputs.note_class(index)
    write(run.out / RUN_METADATA_FILE, run_metadata(run, summary))


def write_student(reports: ClassReports, final_grade: FinalGrade) -> None:
    """Write the final grade of a student, the page of the student and the one for staff."""
    course, out, lang, name = reports.course, reports.out, reports.lang, final_grade.student
    write(out / "final_grades" / f"{name}.json", final_grade_json(course, final_grade))
    attempts = record_attempts(out, final_grade, reports.collected)
    place = class_place(final_grade, reports.quartiles)
    views = views_by_audience(course, final_grade, lang)
    own_page = student_page(
        course,
        final_grade,
        lang,
        "student",
        attempts=attempts,
        place=place,
        views=views["student"],
    )
    write(out / "reports" / f"{name}.html", own_page)
    neighbors = neighbors_of(reports.students, name)
    staff_page = student_page(
        course,
        final_grade,
        lang,
        "staff",
        reports.groups,
        attempts=attempts,
        neighbors=neighbors,
        views=views["staff"],
    )
    write(out / "staff" / f"{name}.html", staff_page)


def write_class(reports: ClassReports, decided: Mapping[str, Decisions]) -> None:
    """Write the table and the page of the class, and copies of what they were made with."""
    out, collected = reports.out, reports.collected
    table = scores_csv(reports.course, reports.final_grades, collected.enrollments)
    write(out / "scores.csv", table)
    teams = collected.team_by_hand_in()
    page = class_page(
        reports.course, reports.final_grades, reports.lang, teams, collected.enrollments
    )
    write(out / "index.html", page)
    write_copies(reports, decided)


def write_copies(reports: ClassReports, decided: Mapping[str, Decisions]) -> None:
    """Write copies of decisions and of the ledger, for a later run over one student alone."""
    out, collected = reports.out, reports.collected
    _write_copy(out / MARKS_FILE, lambda file: write_marks(file, decided), is_present=bool(decided))
    _write_copy(
        out / LEDGER_FILE,
        lambda file: write_ledger(file, settled(collected)),
        is_present=collected != Ledger(),
    )


def _write_copy(file: Path, write_file: Callable[[Path], None], *, is_present: bool) -> None:
    """Write a copy where there is something to copy; otherwise remove an older one."""
    if is_present:
        write_file(file)
    else:
        file.unlink(missing_ok=True)
