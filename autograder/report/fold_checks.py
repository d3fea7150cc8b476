"""Folding of checks: those that one cause keeps from passing are explained once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from autograder.model import CheckResult, Criterion, Outcome

WITHOUT_CAUSE = (Outcome.PASSED, Outcome.BLOCKED)  # outcomes that have no cause of their own


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldedChecks:
    """Checks of one criterion with the same cause, in their order; or one check without a cause."""

    checks: tuple[CheckResult, ...]
    explained_in: Criterion | None = None  # the criterion above that explained the cause already

    @property
    def first(self) -> CheckResult:
        """Return the check that explains the cause."""
        return self.checks[0]


def fold_checks(
    checks: Iterable[CheckResult], explained: Mapping[str, Criterion]
) -> list[FoldedChecks]:
    """Return the checks that did not pass, those with the same cause together.

    `explained` holds the causes that criteria above have explained.
    """
    groups: dict[str, list[CheckResult]] = {}
    not_passed = [check for check in checks if check.outcome not in WITHOUT_CAUSE]
    for number, check in enumerate(not_passed):
        groups.setdefault(check.cause or f"\0{number}", []).append(check)
    return [
        FoldedChecks(checks=tuple(group), explained_in=explained.get(cause))
        for cause, group in groups.items()
    ]


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
