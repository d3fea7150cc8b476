"""The page of a class for its instructors: one HTML document that links to those of students."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from autograder.handin.collect.identity.enrollment import NOBODY, Enrollments
from autograder.model import Course, FinalGrade, Lang
from autograder.report.class_summary import (
    confinements,
    count_flags,
    largest_losses,
    student_rows,
    totals_bins,
)
from autograder.report.class_table import (
    SIGNS,
    class_cells,
    column_groups,
    columns_of_categories,
)
from autograder.report.html import asset, render
from autograder.report.identical_work import (
    NO_TEAMS,
    TeamOfStudent,
    by_students,
    find_identical_work,
)

# A browser lays out so many rows before the page opens; the script adds the others.
ROWS_AT_ONCE = 150


def class_page(
    course: Course,
    final_grades: Sequence[FinalGrade],
    lang: Lang = "en",
    teams: TeamOfStudent = NO_TEAMS,
    enrollments: Enrollments = NOBODY,
) -> str:
    """Return the index of a class for its instructors; it links to `reports/` and `staff/`.

    Its search finds names, and the sections and groups of `enrollments`.
    """
    identical = find_identical_work(final_grades, teams)
    rows = student_rows(course, final_grades, identical)
    groups = column_groups(course)
    return render(
        "class.html.j2",
        course,
        lang,
        rows=rows,
        places={student: ", ".join(own.names) for student, own in enrollments.items()},
        flag_counts=count_flags(rows),
        groups=groups,
        categories=columns_of_categories(course),
        rows_with_map=list(zip(rows, class_cells(rows, groups, lang), strict=True)),
        rows_at_once=ROWS_AT_ONCE,
        signs=SIGNS,
        bins=totals_bins(course, final_grades),
        losses=largest_losses(course, final_grades),
        confinements=confinements(final_grades),
        identical=by_students(identical),
        titles={a.id: a.title for a in course.assignments},
        median=statistics.median(s.total for s in final_grades) if final_grades else None,
        style=asset("report.css") + asset("class.css"),
        script=asset("class.js"),
    )
