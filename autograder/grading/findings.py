"""Findings about a submission as a whole: its import, a broken cell, a fault of the harness."""

from __future__ import annotations

from autograder.diagnosis.causes import cause_id
from autograder.errors import CodeRaised, MemoryExceeded, PackageAbsent, StudentError
from autograder.model import Assignment, CheckResult, FindingId, Frame, Lang, Outcome
from autograder.text.error_sentences import (
    cause_hint,
    error_sentence,
    exception_named,
    outcome_sentence,
    package_sentence,
    where_of,
)
from autograder.text.sentences import bracketed_place, say


def import_finding(error: StudentError, assignment: Assignment, lang: Lang) -> CheckResult:
    """Return the finding for a file that cannot be imported."""
    message, hint = error_sentence(error, assignment.limits, lang)
    if error.outcome is Outcome.RAISED and not isinstance(error, PackageAbsent):
        message = say("findings", "import_raised", lang, named=exception_named(error, lang))
    else:
        message = say("findings", "import_stopped", lang, outcome=message)
    return CheckResult(
        id=FindingId.IMPORT,
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
    """Return the finding for a statement that raised, or was stopped, while the others ran."""
    where = where_of(error)
    unit = "cell" if where and where[-1].cell else "statement"
    if isinstance(error, PackageAbsent):
        message = say("findings", "broken_rest", lang, sentence=package_sentence(error, lang))
        hint = cause_hint(error.cause, lang) if error.cause is not None else ""
    elif error.outcome is Outcome.TIMEOUT:
        message = say("findings", f"slow_{unit}", lang, where=bracketed_place(where, lang))
        hint = say("findings", "slow_cell_hint", lang)
    else:
        if isinstance(error, MemoryExceeded):
            # A statement raised it: it is named as exceptions are.
            error = CodeRaised(
                error.evidence, exception_type="MemoryError", where=error.where, cause=error.cause
            )
        message = say("findings", f"broken_{unit}", lang, named=exception_named(error, lang))
        hint = cause_hint(error.cause, lang) if error.cause is not None else ""
    return CheckResult(
        id=FindingId.BROKEN_CELL,
        criterion="",
        outcome=error.outcome,
        message=message,
        hint=hint,
        expects=say("findings", "import_expects", lang),
        where=where,
        cause=cause_id(error),
        evidence=error.evidence,
    )


def remark_finding(key: str, frame: Frame, lang: Lang) -> CheckResult:
    """Return the finding for what was done otherwise than the code asked; it costs nothing."""
    message = say("findings", f"remark_{key}", lang, where=bracketed_place((frame,), lang))
    return CheckResult(
        id=key, criterion="", outcome=Outcome.PASSED, message=message, where=(frame,)
    )


def our_fault(evidence: str, lang: Lang) -> CheckResult:
    """Return the finding for a failure of this machine or of the harness: never scored."""
    message = outcome_sentence(Outcome.GRADER_ERROR, lang)
    return CheckResult(
        id=FindingId.HOST_FAULT,
        criterion="",
        outcome=Outcome.GRADER_ERROR,
        message=message,
        evidence=evidence,
    )
