"""Gates: checks on trust earn nothing in a criterion whose numeric proof did not pass."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from autograder.model import CheckResult, Lang, Outcome
from autograder.text.sentences import in_both, say

# A gate that ends like this withholds nothing: a person decides, or the criterion is undecided.
OPENING_OUTCOMES = {Outcome.PASSED, Outcome.MANUAL, Outcome.GRADER_ERROR}


def withhold(
    results: Sequence[CheckResult], gates: Collection[str], lang: Lang
) -> list[CheckResult]:
    """Return the results, with what a gate withholds as blocked by that gate.

    In a criterion with a gate that did not pass, checks on trust earn nothing. `gates` are the ids
    of the checks that are gates; `lang` is the language of the results.
    """
    closed: dict[str, CheckResult] = {}  # by criterion: its first gate that did not pass
    for result in results:
        if result.id in gates and result.outcome not in OPENING_OUTCOMES:
            closed.setdefault(result.criterion, result)
    return [
        _withheld(result, closed[result.criterion], lang)
        if result.criterion in closed and _earns_on_trust(result)
        else result
        for result in results
    ]


def _earns_on_trust(result: CheckResult) -> bool:
    """Return whether a check earns something by a report of the worker."""
    has_credit = result.outcome is Outcome.FAILED and bool(result.credit)
    return result.on_trust and (result.outcome is Outcome.PASSED or has_credit)


def _withheld(result: CheckResult, gate: CheckResult, lang: Lang) -> CheckResult:
    """Return the result of a check as blocked by `gate`, in both languages."""

    def make(each: Lang) -> CheckResult:
        shown, named = (result, gate) if each == lang else (result.translated(), gate.translated())
        return replace(
            shown,
            outcome=Outcome.BLOCKED,
            message=say("outcomes", "withheld", each, gate=named.expects.rstrip(".")),
            hint="",
            credit=None,
            where=(),
            cause="",
            also=None,
        )

    return in_both(make, lang)
