"""Findings about a submission as a whole, in the student's words: its import, a broken cell, a fault of ours."""

from __future__ import annotations

from autograder.causes import cause_id
from autograder.errors import StudentError
from autograder.model import Assignment, CheckResult, Lang, Outcome
from autograder.texts import (
    cause_hint,
    error_sentence,
    exception_named,
    outcome_sentence,
    place,
    say,
    where_of,
)


def import_finding(error: StudentError, assignment: Assignment, lang: Lang) -> CheckResult:
    """One clear finding for a file that cannot be imported."""
    message, hint = error_sentence(error, assignment.limits, lang)
    if error.outcome is Outcome.RAISED:
        message = say("findings", "import_raised", lang, named=exception_named(error, lang))
    else:
        message = say("findings", "import_stopped", lang, outcome=message)
    return CheckResult(
        id="import",
        criterion="",
        outcome=error.outcome,
        message=message,
        hint=hint,
        expects=say("findings", "import_expects", lang),
        where=where_of(error),
        cause=cause_id(error),
        evidence=error.evidence,
        output=error.output,
    )


def broken_cell_finding(error: StudentError, lang: Lang) -> CheckResult:
    """The finding for a notebook's cell that raised, or was stopped, while the others ran."""
    if error.outcome is Outcome.TIMEOUT:
        message = say("findings", "slow_cell", lang, where=place(where_of(error), lang))
        hint = say("findings", "slow_cell_hint", lang)
    else:
        error.kind = "MemoryError" if error.outcome is Outcome.MEMORY else error.kind
        message = say("findings", "broken_cell", lang, named=exception_named(error, lang))
        hint = cause_hint(error.cause, lang) if error.cause is not None else ""
    return CheckResult(
        id="cell",
        criterion="",
        outcome=error.outcome,
        message=message,
        hint=hint,
        expects=say("findings", "import_expects", lang),
        where=where_of(error),
        cause=cause_id(error),
        evidence=error.evidence,
    )


def our_fault(evidence: str, lang: Lang) -> CheckResult:
    """The finding for a failure of this machine or of the harness: never scored."""
    message = outcome_sentence(Outcome.GRADER_ERROR, lang)
    return CheckResult(id="host", criterion="", outcome=Outcome.GRADER_ERROR, message=message, evidence=evidence)
