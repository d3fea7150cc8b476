"""A whole OUT into a gradebook, and what people gave in formgrader back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from nbgrader import api

from autograder.handin.collect.ledger import Record
from autograder.integrations.gradebook.cells import NOTEBOOK, prepare_assignment
from autograder.integrations.gradebook.database import opened
from autograder.integrations.gradebook.entries import is_fault
from autograder.integrations.gradebook.import_marks import Taken, take_marks
from autograder.integrations.gradebook.scores import manual_scores
from autograder.integrations.gradebook.submission import sync_submission
from autograder.model import Course, Decisions, Lang, ScoreSheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What a sync did."""

    changed: int  # submissions
    has_new_notebook: bool  # of which nbgrader has no files
    taken: Taken  # from formgrader
    faults: Sequence[str]  # what was not scored through a fault of ours, and is left as it was


def sync(
    course: Course,
    sheets: Sequence[ScoreSheet],
    decided: Mapping[str, Decisions],
    record: Record,
    students: Collection[str],
    *,
    url: str,
    course_id: str,
    note: Callable[[str], None],
) -> Synced:
    """Write every sheet into the gradebook at `url`, made where there is none, and read what people
    gave there.

    `note` is told of each thing that changed.
    """
    langs: dict[str, Lang] = {sheet.assignment: sheet.lang for sheet in sheets}
    made: list[str] = []

    def prepare(gradebook: api.Gradebook) -> None:
        for assignment in (a for a in course.assignments if a.id in langs):
            due = record.deadlines.get(assignment.id)
            if what := prepare_assignment(gradebook, assignment, langs[assignment.id], due):
                note(f"{assignment.id}: made {', '.join(what)}")
                made.extend(what)

    changed = 0
    with opened(url, course_id, prepare) as gradebook:
        gradebook.db().expire_on_commit = False  # or cells are read anew for each submission
        manuals = list(manual_scores(gradebook, langs))
        taken = take_marks(course, manuals, decided, students, next(iter(langs.values()), "es"))
        for sheet in sheets:
            decisions = taken.decided.get(sheet.student, Decisions())
            if what := sync_submission(gradebook, course, sheet, decisions, record):
                changed += 1
                note(f"{sheet.student}: {sheet.assignment}: {', '.join(what)}")
    faults = _faults(sheets, taken.decided)
    return Synced(changed=changed, has_new_notebook=NOTEBOOK in made, taken=taken, faults=faults)


def _faults(sheets: Sequence[ScoreSheet], decided: Mapping[str, Decisions]) -> Sequence[str]:
    """What a fault of ours left undecided, and no person has decided either."""
    marked = {
        (student, mark.criterion)
        for student, decisions in decided.items()
        for mark in decisions.marks
    }
    return [
        f"{sheet.student}: {score.criterion}"
        for sheet in sheets
        for score in sheet.scores
        if is_fault(score) and (sheet.student, score.criterion) not in marked
    ]
