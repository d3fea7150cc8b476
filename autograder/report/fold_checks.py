"""Folding: checks that one cause keeps from passing are told once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from autograder.model import CheckResult, Criterion, Outcome

QUIET = (Outcome.PASSED, Outcome.BLOCKED)  # outcomes that tell of no cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """Checks of one criterion with the same cause, in their order; one check alone where it shares
    none.
    """

    checks: tuple[CheckResult, ...]
    told_in: Criterion | None = None  # the criterion above that told the cause already

    @property
    def first(self) -> CheckResult:
        """The check that tells the cause."""
        return self.checks[0]


def folds(checks: Iterable[CheckResult], told: Mapping[str, Criterion]) -> list[Fold]:
    """Return the checks that did not pass, those with the same cause together."""
    groups: dict[str, list[CheckResult]] = {}
    for number, check in enumerate(c for c in checks if c.outcome not in QUIET):
        groups.setdefault(check.cause or f"\0{number}", []).append(check)
    return [Fold(checks=tuple(group), told_in=told.get(cause)) for cause, group in groups.items()]


def told_before(
    criteria: Iterable[tuple[Criterion, Iterable[CheckResult]]],
) -> dict[str, dict[str, Criterion]]:
    """Return for each criterion, by its id, the causes that the criteria above it told."""
    told: dict[str, Criterion] = {}
    before: dict[str, dict[str, Criterion]] = {}
    for criterion, checks in criteria:
        before[criterion.id] = dict(told)
        for check in checks:
            if check.cause and check.outcome not in QUIET:
                told.setdefault(check.cause, criterion)
    return before
