"""The final grades of a class: every sheet, what people decided, and when hand-ins came."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime

from autograder.grading.handin_status import HandedIn, presence_of
from autograder.handin.collect.lateness import lateness_by_student
from autograder.handin.collect.ledger import Ledger
from autograder.model import Course, Decisions, FinalGrade, Lang, ScoreSheet
from autograder.scoring.final_grade import IN_TIME, final_grade


def grades_of_class(
    course: Course,
    sheets: Iterable[ScoreSheet],
    decided: Mapping[str, Decisions],
    collected: Ledger,
    handed_in: HandedIn,
    lang: Lang,
    only: Collection[str] | None = None,
) -> tuple[FinalGrade, ...]:
    """Return the final grade of every student of whom anything is known, in order of their ids.

    Of a part of the class, those who have sheets; of those, the students in `only`, if it is given.
    """
    late = lateness_by_student(collected, course, lang)
    without_sheets = () if handed_in.is_partial else (*decided, *late, *handed_in.students)
    by_student: dict[str, list[ScoreSheet]] = {student: [] for student in without_sheets}
    for sheet in sheets:
        by_student.setdefault(sheet.student, []).append(sheet)
    now = datetime.now(UTC)
    return tuple(
        final_grade(
            course,
            student,
            own,
            decided.get(student, Decisions()),
            lang,
            late.get(student, IN_TIME),
            presence_of(student, course, handed_in, collected, now),
        )
        for student, own in sorted(by_student.items())
        if only is None or student in only
    )
