"""The entries of a gradebook: a criterion's points and the comment for the student."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from autograder.model import CheckResult, Decisions, Lang, Mark, Outcome, Score, ScoreSheet
from autograder.text.sanitize import one_line
from autograder.text.sentences import bracketed_place, say

# The author of a mark that was read from a gradebook: nbgrader stores no names.
FORMGRADER_AUTHOR = "formgrader"
NO_DECISIONS = Decisions()


@dataclass(frozen=True, slots=True, kw_only=True)
class GradebookEntry:
    """One criterion of a submission."""

    criterion: str
    max_points: Fraction
    earned: Fraction | None  # by the graders; None: undecided
    # Undecided through a fault of ours, or not graded yet: the gradebook's score stays.
    is_fault: bool
    comment: str  # Markdown, as nbgrader's feedback shows it
    mark: Mark | None = None  # what a person decided in marks.yml


def entries_of(
    sheet: ScoreSheet, decisions: Decisions = NO_DECISIONS
) -> tuple[GradebookEntry, ...]:
    """Return the entry of each criterion, from a sheet and the decisions in marks.yml."""
    marks = {mark.criterion: mark for mark in decisions.marks}
    return tuple(_entry(score, marks.get(score.criterion), sheet) for score in sheet.scores)


def is_fault(score: Score) -> bool:
    """Return whether a score is undecided through a fault of ours, and not for a person."""
    return score.earned is None and score.state == "auto"


def _entry(score: Score, mark: Mark | None, sheet: ScoreSheet) -> GradebookEntry:
    findings = [finding for finding in sheet.findings if finding.outcome is not Outcome.PASSED]
    return GradebookEntry(
        criterion=score.criterion,
        max_points=score.possible,
        earned=score.earned,
        is_fault=is_fault(score) or score.state == "not_graded",
        comment=_comment([*findings, *score.checks], mark, sheet.lang, _stage(sheet, score)),
        mark=mark,
    )


def _stage(sheet: ScoreSheet, score: Score) -> str:
    """Return the sentence for a score that is not from the current graders; else ""."""
    if score.state == "not_graded":
        return say("gradebook", "waiting", sheet.lang)
    return say("gradebook", "earlier", sheet.lang) if sheet.is_earlier else ""


def _comment(checks: Sequence[CheckResult], mark: Mark | None, lang: Lang, stage: str) -> str:
    """Return a line for each check, below a person's reason and the stage."""
    reason = ""
    if mark is not None and mark.author != FORMGRADER_AUTHOR:
        reason = _escape_markdown(f"{mark.author}: {mark.reason}")
    told_causes: set[str] = set()
    lines = []
    for check in checks:
        lines.append(f"- {_escape_markdown(_check_text(check, lang, told_causes))}")
    return "\n\n".join(part for part in (reason, stage, "\n".join(lines)) if part)


def _check_text(check: CheckResult, lang: Lang, told_causes: set[str]) -> str:
    """Return the text about a check's result; a cause is explained once."""
    if check.outcome is Outcome.PASSED:
        return f"✓ {check.expects}"
    if check.cause in told_causes:
        return f"✗ {check.expects} " + say("gradebook", "same_cause", lang)
    if check.cause:
        told_causes.add(check.cause)
    where = bracketed_place(check.where, lang)
    sentences = [text for text in (check.expects, check.message + where, check.hint) if text]
    sign = "…" if check.outcome is Outcome.MANUAL else "✗"
    return f"{sign} {' '.join(sentences)}"


def _escape_markdown(text: str) -> str:
    """Return a line without HTML and links: a message may quote a name that a student chose."""
    return one_line(text).replace("<", "\\<").replace("](", "]\\(")
