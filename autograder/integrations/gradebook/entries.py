"""What a gradebook is told of a criterion: its points, if they are decided, and a comment for the
student.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from autograder.model import CheckResult, Decisions, Lang, Mark, Outcome, Score, ScoreSheet
from autograder.text.sanitize import one_line
from autograder.text.sentences import bracketed_place, say

FORMGRADER = (
    "formgrader"  # the author of a mark that was read from a gradebook: nbgrader keeps no names
)
NO_DECISIONS = Decisions()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One criterion of a submission."""

    criterion: str
    most: Fraction
    found: Fraction | None  # by the graders; None: undecided
    # undecided through a fault of ours, or not graded yet: the student's score must not suffer
    is_fault: bool
    comment: str  # Markdown, as nbgrader's feedback shows it
    mark: Mark | None = None  # what a person decided in marks.yml


def entries_of(sheet: ScoreSheet, decisions: Decisions = NO_DECISIONS) -> tuple[Entry, ...]:
    """What a sheet says of each criterion, and people in marks.yml."""
    marks = {mark.criterion: mark for mark in decisions.marks}
    return tuple(_entry(score, marks.get(score.criterion), sheet) for score in sheet.scores)


def is_fault(score: Score) -> bool:
    """Whether a score is undecided through a fault of ours, and no person is expected to decide it."""
    return score.earned is None and score.state == "auto"


def _entry(score: Score, mark: Mark | None, sheet: ScoreSheet) -> Entry:
    about_all = [f for f in sheet.findings if f.outcome is not Outcome.PASSED]
    return Entry(
        criterion=score.criterion,
        most=score.possible,
        found=score.earned,
        is_fault=is_fault(score) or score.state == "not_graded",
        comment=_comment([*about_all, *score.checks], mark, sheet.lang, _stage(sheet, score)),
        mark=mark,
    )


def _stage(sheet: ScoreSheet, score: Score) -> str:
    """What a student should know of how far this is; empty where the present graders graded it."""
    if score.state == "not_graded":
        return say("gradebook", "waiting", sheet.lang)
    return say("gradebook", "earlier", sheet.lang) if sheet.is_earlier else ""


def _comment(checks: Sequence[CheckResult], mark: Mark | None, lang: Lang, stage: str) -> str:
    """A line for each check, and above them what a person says and how far it is."""
    said = f"{mark.author}: {mark.reason}" if mark is not None and mark.author != FORMGRADER else ""
    told: set[str] = set()
    lines = "\n".join(f"- {_harmless(_line(check, lang, told))}" for check in checks)
    return "\n\n".join(part for part in (_harmless(said), stage, lines) if part)


def _line(check: CheckResult, lang: Lang, told: set[str]) -> str:
    """How a check ended; a cause that a line above tells is in `told`."""
    if check.outcome is Outcome.PASSED:
        return f"✓ {check.expects}"
    if check.cause in told:
        return f"✗ {check.expects} " + say("gradebook", "same_cause", lang)
    told |= {check.cause} - {""}
    where = bracketed_place(check.where, lang)
    sentences = (check.expects, check.message + where, check.hint)
    return ("… " if check.outcome is Outcome.MANUAL else "✗ ") + " ".join(s for s in sentences if s)


def _harmless(text: str) -> str:
    """A line of Markdown without HTML and links: a message may quote a name that a student chose."""
    return one_line(text).replace("<", "\\<").replace("](", "]\\(")
