"""Sheets of the course of forms, and gradebooks as nbgrader reads them, for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from autograder.config.course import load_course
from autograder.handin.collect.ledger import Ledger
from autograder.integrations.gradebook.database import open_gradebook
from autograder.integrations.gradebook.sync import SyncResult, sync
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
NOTHING = Ledger()


def sheet(
    student: str = "ada", answers: Fraction | float | None = 3, *checks: CheckResult
) -> ScoreSheet:
    """Return a sheet whose style waits for a person; with None for answers, a fault of ours."""
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
    ledger: Ledger = NOTHING,
    students: Sequence[str] = ("ada", "bea"),
) -> tuple[SyncResult, list[str]]:
    """Sync these sheets; return the result and the noted lines."""
    said: list[str] = []
    done = sync(
        course,
        sheets,
        decided or {},
        ledger,
        students,
        url=url,
        course_id="forms",
        note=said.append,
    )
    return done, said


def rows(url: str, table: str, *columns: str) -> dict[tuple[str, str], tuple[object, ...]]:
    """Return the rows of `grade` or `comment`, by student and cell."""
    return {
        (student, cell): tuple(values)
        for student, cell, *values in ask(
            url,
            f"select s.student_id, c.name, {', '.join('r.' + column for column in columns)} from "
            f"{table} r "
            "join base_cell c on c.id = r.cell_id join submitted_notebook n on n.id = "
            "r.notebook_id "
            "join submitted_assignment s on s.id = n.assignment_id order by 1, 2",
        )
    }


def scores(url: str, student: str = "ada") -> dict[str, tuple[object, ...]]:
    """Return automatic score, manual score and need of a person for each student and cell."""
    found = rows(url, "grade", "auto_score", "manual_score", "needs_manual_grade")
    return {
        cell: (auto, manual, bool(needs))
        for (who, cell), (auto, manual, needs) in found.items()
        if who == student
    }


def ask(url: str, query: str) -> list[tuple[object, ...]]:
    """Return a database's answer to a query, without nbgrader or our code."""
    engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://"), poolclass=NullPool
    )
    with engine.begin() as connection:
        answer = connection.execute(text(query))
        return [tuple(row) for row in answer] if answer.returns_rows else []


def give(
    url: str, cell: str, points: float | None, comment: str | None = None, student: str = "ada"
) -> None:
    """Give points as formgrader's page does, by nbgrader's API, which accepts any number."""
    with open_gradebook(url, "forms") as gradebook:
        grade = gradebook.find_grade(cell, "form", "form", student)
        grade.manual_score = points
        grade.needs_manual_grade = points is None and grade.auto_score is None
        gradebook.find_comment(cell, "form", "form", student).manual_comment = comment
        gradebook.db.commit()


def sqlite(folder: Path) -> str:
    """Return the URL of a gradebook in a folder."""
    return f"sqlite:///{folder}/gradebook.db"
