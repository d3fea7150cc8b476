"""Folding of checks: causes that a criterion above has explained need no second explanation."""

from __future__ import annotations

from collections.abc import Iterable

from autograder.model import CheckResult, Criterion, Outcome

WITHOUT_CAUSE = (Outcome.PASSED, Outcome.BLOCKED)  # outcomes that have no cause of their own


def explained_above(
    criteria: Iterable[tuple[Criterion, Iterable[CheckResult]]],
) -> dict[str, dict[str, Criterion]]:
    """Return for each criterion, by its id, the causes that the criteria above it explain."""
    explained: dict[str, Criterion] = {}
    above: dict[str, dict[str, Criterion]] = {}
    for criterion, checks in criteria:
        above[criterion.id] = dict(explained)
        for check in checks:
            if check.cause and check.outcome not in WITHOUT_CAUSE:
                explained.setdefault(check.cause, criterion)
    return above
