"""Findings about a submission as a whole, in the student's words: its import, a broken cell, a fault of ours."""

from __future__ import annotations

from collections.abc import Mapping

from autograder.errors import PackageAbsent, StudentError
from autograder.model import Assignment, CheckResult, Frame, Lang, Outcome
from autograder.texts import error_sentence, outcome_sentence, package_sentence, place, say

HINTS = {  # of some exceptions more can be said
    "ModuleNotFoundError": "import_module_hint",
    "NotebookError": "import_notebook_hint",
    **dict.fromkeys(("SyntaxError", "IndentationError", "TabError"), "import_syntax_hint"),
}


def import_finding(error: StudentError, assignment: Assignment, lang: Lang) -> CheckResult:
    """One clear finding for a file that cannot be imported."""
    sentence, hint = error_sentence(error, assignment.limits, lang)
    if error.outcome is Outcome.RAISED and not isinstance(error, PackageAbsent):
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
    """The finding for a statement of the file that raised, or was stopped, while the others ran."""
    is_slow = error.outcome is Outcome.TIMEOUT
    kind = "MemoryError" if error.outcome is Outcome.MEMORY else error.kind
    if isinstance(error, PackageAbsent):
        message = say("findings", "broken_rest", lang, sentence=package_sentence(error, lang))
        hint = say("hints", "package", lang)
    else:
        unit = "cell" if error.where and error.where[-1].cell else "statement"
        key = f"slow_{unit}" if is_slow else f"broken_{unit}"
        message = say("findings", key, lang, kind=kind, where=place(error.where, lang))
        hint_key = "slow_cell_hint" if is_slow else HINTS.get(kind, "")
        hint = say("findings", hint_key, lang) if hint_key else ""
    return CheckResult(
        id="cell",
        criterion="",
        outcome=error.outcome,
        message=message,
        hint=hint,
        expects=say("findings", "import_expects", lang),
        where=error.where,
        evidence=error.evidence,
    )


def remark_findings(remarks: Mapping[str, Frame], lang: Lang) -> list[CheckResult]:
    """What was done in another way than the code asked for: told once, and it neither costs nor earns."""
    return [
        CheckResult(
            id=key,
            criterion="",
            outcome=Outcome.PASSED,
            message=say("findings", f"remark_{key}", lang, where=place((frame,), lang)),
            where=(frame,),
        )
        for key, frame in sorted(remarks.items())
    ]


def our_fault(evidence: str, lang: Lang) -> CheckResult:
    """The finding for a failure of this machine or of the harness: never scored."""
    message = outcome_sentence(Outcome.GRADER_ERROR, lang)
    return CheckResult(id="host", criterion="", outcome=Outcome.GRADER_ERROR, message=message, evidence=evidence)
