"""The attempts in OUT: each run adds what the present hand-ins of a student have earned."""

from __future__ import annotations

from pathlib import Path

from autograder.handin.collect.ledger import Ledger
from autograder.model import FinalGrade
from autograder.results import (
    Attempts,
    attempts_path,
    read_attempts,
    with_attempt,
    write_attempts,
)


def record_attempts(out: Path, final_grade: FinalGrade, collected: Ledger) -> Attempts:
    """Return a student's attempts, and write them where this run has changed them.

    What earlier graders found adds nothing: other graders give other points for the same work. Nor
    does a hand-in that a fault of the harness left unread.
    """
    path = attempts_path(out, final_grade.student)
    before = read_attempts(path)
    attempts: Attempts = before
    for sheet in final_grade.sheets:
        if sheet.submission_digest and not sheet.is_earlier:
            submitted_at = _submitted_at(collected, final_grade.student, sheet.assignment)
            attempts = with_attempt(attempts, sheet, submitted_at)
    if attempts != before:
        write_attempts(path, attempts)
    return attempts


def _submitted_at(collected: Ledger, student: str, assignment: str) -> str:
    """Return when the graded attempt was submitted, as ISO 8601; empty where nobody knows."""
    history = collected.history(student, assignment)
    if not history.graded:
        return ""
    submitted_at = history.attempts[history.graded - 1].submitted_at
    return "" if submitted_at is None else submitted_at.isoformat()
