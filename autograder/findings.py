"""Findings about a submission as a whole, in the student's words: its import, a broken cell, a fault of ours."""

from __future__ import annotations

from autograder.errors import StudentError
from autograder.model import Assignment, CheckResult, Lang, Outcome
from autograder.texts import error_sentence, outcome_sentence, place, say

HINTS = {  # of some exceptions more can be said
    "ModuleNotFoundError": "import_module_hint",
    "NotebookError": "import_notebook_hint",
    **dict.fromkeys(("SyntaxError", "IndentationError", "TabError"), "import_syntax_hint"),
}


def import_finding(error: StudentError, assignment: Assignment, lang: Lang) -> CheckResult:
    """One clear finding for a file that cannot be imported."""
    sentence, hint = error_sentence(error, assignment.limits, lang)
    if error.outcome is Outcome.RAISED:
        where = place(error.where, lang)
        message = say("findings", "import_raised", lang, kind=error.kind, where=where)
        hint = say("findings", HINTS[error.kind], lang) if error.kind in HINTS else hint
    else:
        message = say("findings", "import_stopped", lang, outcome=sentence)
    return CheckResult(
        id="import",
        criterion="",
        outcome=error.outcome,
        message=message,
        hint=hint,
        expects=say("findings", "import_expects", lang),
        where=error.where,
        evidence=error.evidence,
        output=error.output,
    )


def broken_cell_finding(error: StudentError, lang: Lang) -> CheckResult:
    """The finding for a notebook's cell that raised, or was stopped, while the others ran."""
    is_slow = error.outcome is Outcome.TIMEOUT
    kind = "MemoryError" if error.outcome is Outcome.MEMORY else error.kind
    key = "slow_cell" if is_slow else "broken_cell"
    hint = "slow_cell_hint" if is_slow else HINTS.get(kind, "")
    return CheckResult(
        id="cell",
        criterion="",
        outcome=error.outcome,
        message=say("findings", key, lang, kind=kind, where=place(error.where, lang)),
        hint=say("findings", hint, lang) if hint else "",
        expects=say("findings", "import_expects", lang),
        where=error.where,
        evidence=error.evidence,
    )


def our_fault(evidence: str, lang: Lang) -> CheckResult:
    """The finding for a failure of this machine or of the harness: never scored."""
    message = outcome_sentence(Outcome.GRADER_ERROR, lang)
    return CheckResult(id="host", criterion="", outcome=Outcome.GRADER_ERROR, message=message, evidence=evidence)
