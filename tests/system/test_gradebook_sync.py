"""A sync with nbgrader's gradebook, in both directions, on SQLite and on a PostgreSQL server."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from nbconvert.filters import markdown2html
from nbgrader import api
from sqlalchemy import event

from autograder.errors import CourseError
from autograder.handin.collect.attempt import Attempt, History, TimestampSource
from autograder.handin.collect.ledger import Ledger
from autograder.integrations.gradebook import FORMGRADER_AUTHOR
from autograder.integrations.gradebook.database import open_gradebook
from autograder.model import Adjustment, Decisions, Mark, Penalty, Text, Waiver
from tests.support.gradebooks import (
    ANSWERS,
    ESSAY,
    FORM,
    FOUND,
    STYLE,
    ask,
    give,
    rows,
    scores,
    sheet,
    sqlite,
    synced,
)

DUE = datetime(2026, 12, 1, 22, 59, tzinfo=UTC)
MARTA = Mark(criterion=ESSAY, points=Fraction(1), author="Marta Ruiz", reason="Too short.")
STYLE_CELL, ANSWERS_CELL, ESSAY_CELL = "form-style", "form-answers", "form-essay"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty database."""
    database: Callable[[], str] = (
        request.getfixturevalue("postgresql") if request.param == "postgresql" else str
    )
    return database() or sqlite(tmp_path)


@pytest.fixture
def here(tmp_path: Path) -> str:
    """Return the URL of a SQLite gradebook with Ada's form."""
    url = sqlite(tmp_path)
    synced(url, sheet())
    return url


def marked(*marks: Mark) -> dict[str, Decisions]:
    """Return the decisions with a mark of Ada's."""
    return {"ada": Decisions(marks=marks)}


# ---------------------------------------------------------------- what goes in


def test_every_criterion_has_its_score(url: str) -> None:
    """The graders' points are automatic scores; a criterion for a person has none, and says so."""
    done, said = synced(url, sheet("ada", Fraction(5, 2)), sheet("bea", 0))
    assert said == [
        "form: made the assignment, its notebook",
        "ada: form: added",
        "bea: form: added",
    ]
    assert (done.changed, done.has_new_notebook, done.faults) == (2, True, [])
    assert scores(url) == {
        ANSWERS_CELL: (2.5, None, False),
        ESSAY_CELL: (4.0, None, False),
        STYLE_CELL: (None, None, True),
    }
    assert scores(url, "bea")[ANSWERS_CELL] == (0.0, None, False)


def test_a_second_sync_changes_nothing(url: str) -> None:
    """A sync of unchanged results writes and reports nothing."""
    synced(url, sheet())
    give(url, STYLE_CELL, 1.5)
    taken, _ = synced(url, sheet())
    done, said = synced(url, sheet(), decided=taken.imported.decided)
    assert (done.changed, done.has_new_notebook, done.imported.new, said) == (0, False, [], [])


def test_nbgrader_reads_what_was_written(url: str) -> None:
    """nbgrader's own API returns the submission with its score and maximum."""
    synced(url, sheet())
    with open_gradebook(url, "forms") as gradebook:
        submission = gradebook.find_submission("form", "ada")
        assert (submission.score, submission.max_score, submission.needs_manual_grade) == (
            7,
            10,
            True,
        )
        assert submission.assignment.course_id == "forms"


def test_a_comment_says_how_each_check_ended(here: str) -> None:
    """A criterion's comment has the sentence and the hint of a failed check."""
    synced(here, sheet("ada", 3, FOUND))
    assert rows(here, "comment", "auto_comment")["ada", ANSWERS_CELL] == (
        "- ✗ You answer. Not all. Go on.",
    )


def test_a_comment_holds_no_html(here: str) -> None:
    """A name that a student chose is plain text on nbgrader's feedback page."""
    hostile = replace(
        FOUND, message="Your code raised <img src=x onerror=alert(1)> [a](javascript:b)."
    )
    synced(here, sheet("ada", 3, hostile))
    ((comment,),) = [rows(here, "comment", "auto_comment")["ada", ANSWERS_CELL]]
    page = markdown2html(comment)
    assert "<img" not in page
    assert 'href="javascript' not in page


def test_a_fault_of_ours_takes_no_score_away(here: str) -> None:
    """After a fault of ours the old score stays, and the criterion is named."""
    done, _ = synced(here, sheet("ada", None))
    assert done.faults == ["ada: form.answers"]
    assert scores(here)[ANSWERS_CELL] == (3.0, None, True)


def test_a_fault_of_ours_is_no_zero(tmp_path: Path) -> None:
    """A criterion that could never be checked has no score."""
    synced(sqlite(tmp_path), sheet("ada", None))
    assert scores(sqlite(tmp_path))[ANSWERS_CELL] == (None, None, True)


def test_a_mark_of_a_person_counts_as_found(here: str) -> None:
    """A mark in marks.yml replaces the automatic score; formgrader's field stays empty."""
    synced(here, sheet(), decided=marked(MARTA))
    assert scores(here)[ESSAY_CELL] == (1.0, None, False)
    assert rows(here, "comment", "auto_comment")["ada", ESSAY_CELL] == ("Marta Ruiz: Too short.",)


def test_a_submission_is_written_whole_or_not_at_all(url: str) -> None:
    """After an error neither the student nor a score is in the gradebook."""
    synced(url, sheet("bea"))
    broken = sheet("ada")
    broken = replace(
        broken, scores=(*broken.scores[:2], replace(broken.scores[2], criterion="form.unknown"))
    )
    with pytest.raises(CourseError, match=r"form: form\.unknown: the gradebook has no cell for it"):
        synced(url, broken)
    assert ask(url, "select id from student") == [("bea",)]
    assert scores(url) == {}


@pytest.mark.parametrize("points", [Fraction(-1), Fraction(9, 2)], ids=str)
def test_points_out_of_bounds_are_refused(here: str, points: Fraction) -> None:
    """Points outside a criterion's range are an error, although nbgrader would store them."""
    with pytest.raises(CourseError, match=r"form\.answers: expected 0 to 4 points"):
        synced(here, sheet("ada", points))
    assert scores(here)[ANSWERS_CELL] == (3.0, None, False)


# ---------------------------------------------------------------- when it came


def collected(days: int) -> Ledger:
    """Return a ledger in which Ada's form is so many days and a minute late."""
    submitted_at = DUE + timedelta(days=days, minutes=1)
    attempt = Attempt(
        digest="0",
        source="form.zip",
        submitted_at=submitted_at,
        timestamp_source=TimestampSource.STATED,
    )
    history = History(attempts=(attempt,), graded=1)
    return Ledger(deadlines={"form": DUE}, histories={("ada", "form"): history})


LATE = Penalty(id="penalty.late", title=Text(es="Tarde", en="Late"), points=Fraction(-2), days=3)
STRICT = replace(FORM, rubric=replace(FORM.rubric, penalties=(LATE,)))


def test_time_and_deadline_are_kept_in_utc(url: str) -> None:
    """Timestamp and deadline are stored in UTC, from which nbgrader computes lateness."""
    _, said = synced(url, sheet(), ledger=collected(0))
    assert said == ["form: made the assignment, its deadline, its notebook", "ada: form: added"]
    with open_gradebook(url, "forms") as gradebook:
        assert gradebook.find_assignment("form").duedate == DUE.replace(tzinfo=None)
        assert gradebook.find_submission("form", "ada").total_seconds_late == 60


def test_more_time_for_a_student_is_an_extension(here: str) -> None:
    """An extension in the ledger is one in nbgrader."""
    longer = replace(collected(0), extensions={"ada": {"form": DUE + timedelta(days=1)}})
    assert synced(here, sheet(), ledger=longer)[1] == [
        "form: made its deadline",
        "ada: form: when it came",
    ]
    with open_gradebook(here, "forms") as gradebook:
        assert gradebook.find_submission("form", "ada").extension == timedelta(days=1)
        assert gradebook.find_submission("form", "ada").total_seconds_late == 0
    assert synced(here, sheet(), ledger=longer)[1] == []


@pytest.mark.parametrize(
    ("days", "decisions", "penalty"),
    [
        (-1, Decisions(), None),
        (1, Decisions(), 4.0),
        (2, Decisions(), 6.0),
        (3, Decisions(), 7.0),
        (
            1,
            Decisions(adjustments=(Adjustment(id=LATE.id, days=1, author="Marta", reason="Ill."),)),
            2.0,
        ),
        (1, Decisions(waivers=(Waiver(id=LATE.id, author="Marta", reason="Ill."),)), None),
    ],
    ids=["in time", "two days", "three days", "too late", "fewer by a person", "waived"],
)
def test_lateness_takes_points_off(
    here: str, days: int, decisions: Decisions, penalty: float | None
) -> None:
    """Each day begun costs what the rubric says, at most what was earned; too late costs all."""
    synced(here, sheet(), decided={"ada": decisions}, course=STRICT, ledger=collected(days))
    assert ask(here, "select late_submission_penalty from submitted_notebook") == [(penalty,)]


# ---------------------------------------------------------------- what comes out


def test_a_score_of_formgrader_becomes_a_mark(url: str) -> None:
    """Points and comment are imported; in the gradebook they stay and are decided."""
    synced(url, sheet())
    give(url, STYLE_CELL, 1.5, "Reads well.")
    done, _ = synced(url, sheet("ada", 4))
    mark = Mark(
        criterion=STYLE, points=Fraction(3, 2), author=FORMGRADER_AUTHOR, reason="Reads well."
    )
    assert (done.imported.new, done.imported.complaints) == ([("ada", mark)], [])
    assert done.imported.decided == marked(mark)
    assert scores(url)[STYLE_CELL] == (None, 1.5, False)
    assert scores(url)[ANSWERS_CELL] == (4.0, None, False)


def test_a_score_of_formgrader_is_never_overwritten(here: str) -> None:
    """New results of the graders change only the automatic score."""
    give(here, ANSWERS_CELL, 2)
    synced(here, sheet("ada", 4, FOUND))
    assert scores(here)[ANSWERS_CELL] == (4.0, 2.0, False)


def test_a_new_mark_in_formgrader_replaces_the_old_one(here: str) -> None:
    """A changed score in formgrader changes its mark; an empty comment gets a default reason."""
    give(here, STYLE_CELL, 2)
    old = replace(MARTA, criterion=STYLE, author=FORMGRADER_AUTHOR)
    done, _ = synced(here, sheet(), decided=marked(old))
    new = Mark(
        criterion=STYLE,
        points=Fraction(2),
        author=FORMGRADER_AUTHOR,
        reason="Decided in formgrader.",
    )
    assert done.imported.decided == marked(new)


def test_two_people_who_disagree_are_both_kept(here: str) -> None:
    """If marks.yml and formgrader differ, neither changes, and a complaint says so."""
    give(here, ESSAY_CELL, 2)
    done, _ = synced(here, sheet(), decided=marked(MARTA))
    what = "2 in formgrader, 1 of Marta Ruiz in marks.yml; both are kept: make them agree"
    assert done.imported.complaints == [f"ada: form.essay: {what}"]
    assert done.imported.decided == marked(MARTA)
    assert scores(here)[ESSAY_CELL] == (1.0, 2.0, False)


def test_a_mark_outlives_the_gradebook(tmp_path: Path) -> None:
    """A mark from formgrader still counts in a new gradebook."""
    mark = replace(MARTA, criterion=STYLE, author=FORMGRADER_AUTHOR)
    done, _ = synced(sqlite(tmp_path), sheet(), decided=marked(mark))
    assert done.imported.decided == marked(mark)
    assert scores(sqlite(tmp_path))[STYLE_CELL] == (1.0, None, False)


@pytest.mark.parametrize("points", [400, -3, math.inf], ids=str)
def test_a_score_out_of_bounds_is_not_taken(here: str, points: float) -> None:
    """A manual score out of range is reported and not imported."""
    give(here, STYLE_CELL, points)
    done, _ = synced(here, sheet())
    assert (done.imported.new, done.imported.decided) == ([], {})
    what = f"{points:g} points in formgrader, which takes any number; give 0 to 2"
    assert done.imported.complaints == [f"ada: form.style: {what}"]


def test_what_is_no_number_is_no_score(url: str) -> None:
    """NaN, which only PostgreSQL stores, never becomes a mark."""
    synced(url, sheet())
    give(url, STYLE_CELL, math.nan)
    done, _ = synced(url, sheet())
    assert done.imported.decided == {}
    assert [
        line.startswith("ada: form.style: nan points") for line in done.imported.complaints
    ] in (
        [],
        [True],
    )


def test_a_student_without_a_folder_is_named(here: str) -> None:
    """A manual score of a student without a folder is reported and not imported."""
    give(here, STYLE_CELL, 1)
    done, _ = synced(here, sheet("bea"), students=["bea"])
    what = "marked in formgrader, but no folder of hand-ins has that name"
    assert done.imported.complaints == [f"ada: form.style: {what}"]


def test_extra_credit_stays_where_it_is(here: str) -> None:
    """Extra credit is reported and not imported; the points are."""
    give(here, STYLE_CELL, 1)
    ask(here, "update grade set extra_credit = 0.5 where manual_score = 1")
    done, _ = synced(here, sheet())
    assert len(done.imported.new) == 1
    assert done.imported.complaints[0].startswith(
        "ada: form.style: extra credit of 0.5 in formgrader stays there;"
    )


# ---------------------------------------------------------------- courses that change


def test_a_criterion_that_came_later_gets_its_rows(url: str) -> None:
    """A new criterion gets rows in existing submissions, which nbgrader does not add."""
    synced(url, sheet())
    form = FORM.assignments[0]
    colour = replace(form.criteria[0], id="form.colour", points=Fraction(1))
    grown = replace(FORM, assignments=(replace(form, criteria=(*form.criteria, colour)),))
    first = sheet().scores[0]
    more = replace(first, criterion=colour.id, earned=Fraction(1), possible=Fraction(1))
    _, said = synced(url, replace(sheet(), scores=(*sheet().scores, more)), course=grown)
    assert said == ["form: made form.colour", "ada: form: form.colour"]
    assert scores(url)["form-colour"] == (1.0, None, False)


def test_points_that_changed_are_changed(here: str) -> None:
    """A criterion's maximum follows grading.yml."""
    criteria = tuple(replace(c, points=c.points * 2) for c in FORM.assignments[0].criteria)
    course = replace(FORM, assignments=(replace(FORM.assignments[0], criteria=criteria),))
    doubled = tuple(replace(s, possible=s.possible * 2) for s in sheet().scores)
    _, said = synced(here, replace(sheet(), scores=doubled), course=course)
    assert said == [
        f"form: made {', '.join(f'the points of {c}' for c in (ANSWERS, ESSAY, STYLE))}"
    ]
    assert ask(here, "select sum(max_score) from task_cells") == [(20.0,)]


def test_an_assignment_of_another_course_is_left_alone(here: str) -> None:
    """An assignment of another course with the same name is an error."""
    ask(here, "insert into course values ('last_year')")
    ask(here, "update assignment set course_id = 'last_year'")
    with pytest.raises(
        CourseError, match="belongs to the course 'last_year', not to 'forms'; name that"
    ):
        synced(here, sheet("ada", 0))
    assert scores(here)[ANSWERS_CELL] == (3.0, None, False)


def test_a_notebook_without_our_criteria_is_left_alone(tmp_path: Path) -> None:
    """An instructor's own notebook stays unchanged, and the message says what to release."""
    with open_gradebook(sqlite(tmp_path), "forms") as gradebook:
        gradebook.add_assignment("form")
        gradebook.add_notebook("survey", "form")
    with pytest.raises(CourseError, match="'survey' holds none of its criteria; run"):
        synced(sqlite(tmp_path), sheet())


# ---------------------------------------------------------------- others who write


def test_a_student_added_meanwhile_is_found(url: str) -> None:
    """A student whom another process adds during a sync is no error."""
    synced(url, sheet("bea"))

    def add(*_: object) -> None:
        ask(url, "insert into student (id) values ('ada') on conflict do nothing")

    event.listen(api.Student, "before_insert", add)
    try:
        done, _ = synced(url, sheet("ada"))
    finally:
        event.remove(api.Student, "before_insert", add)
    assert done.changed == 1
    assert scores(url)[ANSWERS_CELL] == (3.0, None, False)
