"""Changes between two own runs: the checks that pass now, and those that no longer do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from autograder.model import CheckResult, Outcome

Passed: TypeAlias = Mapping[str, bool]  # whether each check passed, by its id


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What checks expect, in words, of those whose results changed."""

    gained: tuple[str, ...]  # of the checks that pass now
    lost: tuple[str, ...]  # of the checks that passed before


def passed_in(results: Sequence[CheckResult]) -> Passed:
    """Return which of these checks passed."""
    return {result.id: result.outcome is Outcome.PASSED for result in results}


def changes_since(before: Passed, results: Sequence[CheckResult]) -> Changes:
    """Return what changed from one run to the next; a check that is new in one has not changed."""
    gained: list[str] = []
    lost: list[str] = []
    for result in results:
        passes = result.outcome is Outcome.PASSED
        if before.get(result.id, passes) != passes:
            (gained if passes else lost).append(result.expects)
    return Changes(gained=tuple(gained), lost=tuple(lost))
