"""Material for the tests of gradebooks: sheets of the course of forms, and gradebooks as nbgrader
reads them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from autograder.config.course import load_course
from autograder.handin.collect.ledger import Record
from autograder.integrations.gradebook.database import opened
from autograder.integrations.gradebook.sync import Synced, sync
from autograder.model import CheckResult, Course, Decisions, Outcome, ScoreSheet
from tests.support import examples_of_final_grades as made
from tests.support.places import CASES

FORM = load_course(CASES / "form_course")
ANSWERS, ESSAY, STYLE = FORM.rubric.criteria
FOUND = CheckResult(
    id="test_answers",
    criterion=ANSWERS,
    outcome=Outcome.FAILED,
    expects="You answer.",
    message="Not all.",
    hint="Go on.",
)
NOTHING = Record()


def sheet(
    student: str = "ada", answers: Fraction | float | None = 3, *checks: CheckResult
) -> ScoreSheet:
    """A sheet whose style waits for a person; without points for the answers, a fault of ours."""
    points = {ANSWERS: answers, ESSAY: 4, STYLE: None}
    scores = [
        made.score(c, None if points[c.id] is None else Fraction(points[c.id]))
        for c in _criteria(FORM)
    ]
    scores[0] = replace(scores[0], checks=checks)
    return made.sheet(student, "form", *scores, lang="en")


def _criteria(course: Course) -> Sequence[object]:
    return tuple(course.rubric.criteria.values())


def synced(
    url: str,
    *sheets: ScoreSheet,
    decided: Mapping[str, Decisions] | None = None,
    course: Course = FORM,
    record: Record = NOTHING,
    students: Sequence[str] = ("ada", "bea"),
) -> tuple[Synced, list[str]]:
    """Sync these sheets; what it did, and what it said."""
    said: list[str] = []
    done = sync(
        course,
        sheets,
        decided or {},
        record,
        students,
        url=url,
        course_id="forms",
        note=said.append,
    )
    return done, said


def rows(url: str, table: str, *columns: str) -> dict[tuple[str, str], tuple[object, ...]]:
    """The rows of `grade` or `comment`, by student and cell."""
    return {
        (student, cell): tuple(values)
        for student, cell, *values in ask(
            url,
            f"select s.student_id, c.name, {', '.join('r.' + column for column in columns)} "
            f"from {table} r "
            "join base_cell c on c.id = r.cell_id "
            "join submitted_notebook n on n.id = r.notebook_id "
            "join submitted_assignment s on s.id = n.assignment_id order by 1, 2",
        )
    }


def scores(url: str, student: str = "ada") -> dict[str, tuple[object, ...]]:
    """Return a student's automatic and manual score of each cell, and whether it waits."""
    found = rows(url, "grade", "auto_score", "manual_score", "needs_manual_grade")
    return {
        cell: (auto, manual, bool(needs))
        for (who, cell), (auto, manual, needs) in found.items()
        if who == student
    }


def ask(url: str, query: str) -> list[tuple[object, ...]]:
    """What a database answers, past nbgrader and us."""
    engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://"), poolclass=NullPool
    )
    with engine.begin() as connection:
        answer = connection.execute(text(query))
        return [tuple(row) for row in answer] if answer.returns_rows else []


def give(
    url: str, cell: str, points: float | None, comment: str | None = None, student: str = "ada"
) -> None:
    """Give points as formgrader's page does: by nbgrader's own API, which takes any number."""
    with opened(url, "forms") as gradebook:
        grade = gradebook.find_grade(cell, "form", "form", student)
        grade.manual_score = points
        grade.needs_manual_grade = points is None and grade.auto_score is None
        gradebook.find_comment(cell, "form", "form", student).manual_comment = comment
        gradebook.db.commit()


def sqlite(folder: Path) -> str:
    """The URL of a gradebook in a folder."""
    return f"sqlite:///{folder}/gradebook.db"
