"""Synchronizing a class: all results go into a gradebook, formgrader's marks come back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from nbgrader import api

from autograder.handin.collect.ledger import Ledger
from autograder.integrations.gradebook.cells import NEW_NOTEBOOK, prepare_assignment
from autograder.integrations.gradebook.database import open_gradebook
from autograder.integrations.gradebook.entries import is_fault
from autograder.integrations.gradebook.import_marks import ImportedMarks, import_marks
from autograder.integrations.gradebook.scores import manual_scores
from autograder.integrations.gradebook.submission import GradedSubmission, sync_submission
from autograder.model import Course, Decisions, Lang, ScoreSheet


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncResult:
    """What a sync did."""

    changed: int  # number of submissions
    has_new_notebook: bool  # nbgrader has no files of it
    imported: ImportedMarks  # from formgrader
    faults: Sequence[str]  # criteria without a score through a fault of ours


def sync(
    course: Course,
    sheets: Sequence[ScoreSheet],
    decided: Mapping[str, Decisions],
    ledger: Ledger,
    students: Collection[str],
    *,
    url: str,
    course_id: str,
    note: Callable[[str], None],
) -> SyncResult:
    """Write every sheet into the gradebook at `url`, and import the marks given in formgrader.

    The gradebook is created if there is none. `note` receives a line for each change.
    """
    langs: dict[str, Lang] = {sheet.assignment: sheet.lang for sheet in sheets}
    all_changes: list[str] = []

    def prepare(gradebook: api.Gradebook) -> None:
        all_changes.extend(_prepare_assignments(gradebook, course, langs, ledger, note))

    changed = 0
    with open_gradebook(url, course_id, prepare) as gradebook:
        # By default every commit makes SQLAlchemy read all cells again for the next submission.
        gradebook.db().expire_on_commit = False
        scores = list(manual_scores(gradebook, langs))
        lang: Lang = next(iter(langs.values()), "es")
        imported = import_marks(course, scores, decided, students, lang)
        for sheet in sheets:
            changes = sync_submission(gradebook, _graded(course, sheet, imported, ledger))
            if changes:
                changed += 1
                note(f"{sheet.student}: {sheet.assignment}: {', '.join(changes)}")
    return SyncResult(
        changed=changed,
        has_new_notebook=NEW_NOTEBOOK in all_changes,
        imported=imported,
        faults=_faults(sheets, imported.decided),
    )


def _graded(
    course: Course, sheet: ScoreSheet, imported: ImportedMarks, ledger: Ledger
) -> GradedSubmission:
    decisions = imported.decided.get(sheet.student, Decisions())
    return GradedSubmission(course=course, sheet=sheet, decisions=decisions, ledger=ledger)


def _prepare_assignments(
    gradebook: api.Gradebook,
    course: Course,
    langs: Mapping[str, Lang],
    ledger: Ledger,
    note: Callable[[str], None],
) -> list[str]:
    """Create what is missing for the assignments in `langs`; return what was added."""
    all_changes = []
    for assignment in course.assignments:
        if assignment.id not in langs:
            continue
        due = ledger.deadlines.get(assignment.id)
        changes = prepare_assignment(gradebook, assignment, langs[assignment.id], due)
        if changes:
            note(f"{assignment.id}: made {', '.join(changes)}")
            all_changes += changes
    return all_changes


def _faults(sheets: Sequence[ScoreSheet], decided: Mapping[str, Decisions]) -> list[str]:
    """Return the criteria that a fault of ours left undecided, and no person decided."""
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
