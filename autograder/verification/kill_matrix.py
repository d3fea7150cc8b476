"""The kill matrix: which check fails on which wrong answer, and what that says of the checks."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from autograder.model import Assignment, CheckResult, Outcome, ScoreSheet
from autograder.verification.cases import Case

OUTCOMES_WITHOUT_FAULT = (Outcome.PASSED, Outcome.BLOCKED)


@dataclass(frozen=True, kw_only=True)
class KillMatrix:
    """The results of all checks on every wrong answer, under the first seed."""

    assignment: Assignment
    checks: tuple[CheckResult, ...]  # on the solution
    answers: tuple[Case, ...]  # the written ones, then the generated ones
    results: dict[tuple[str, str], CheckResult]  # by check and answer
    adjustments: dict[str, frozenset[str]]  # bonuses and penalties, by answer
    survivors: tuple[str, ...]  # answers with the points and adjustments of the solution

    def is_killed(self, check: str, answer: str) -> bool:
        """Return whether the check finds something wrong with the answer."""
        result = self.results[check, answer]
        if result.outcome is not Outcome.MANUAL:
            return result.outcome not in OUTCOMES_WITHOUT_FAULT
        # A proposal counts only where no check decides the criterion.
        if result.criterion not in self.manual_criteria or result.credit is None:
            return False
        return result.credit < 1

    @cached_property
    def manual_criteria(self) -> frozenset[str]:
        """The criteria that a person decides."""
        return frozenset(c.id for c in self.assignment.criteria if c.manual)

    @cached_property
    def kills(self) -> dict[str, frozenset[str]]:
        """The written wrong answers that each check kills, by check."""
        written = [case.name for case in self.answers if case.kind == "wrong"]
        kills = {}
        for check in self.checks:
            killed = (name for name in written if self.is_killed(check.id, name))
            kills[check.id] = frozenset(killed)
        return kills

    @cached_property
    def kills_alone(self) -> dict[str, frozenset[str]]:
        """The written wrong answers that no other check kills, by check."""
        num_killers = Counter(name for killed in self.kills.values() for name in killed)
        return {
            check: frozenset(name for name in killed if num_killers[name] == 1)
            for check, killed in self.kills.items()
        }

    @cached_property
    def unproven_checks(self) -> tuple[str, ...]:
        """Checks that no specific wrong answer fails: one that does not fail every check."""
        fail_everything: frozenset[str] = frozenset()
        if len(self.kills) > 1:
            fail_everything = frozenset.intersection(*self.kills.values())
        return tuple(check for check, killed in self.kills.items() if not killed - fail_everything)

    @cached_property
    def always_fail_together(self) -> tuple[tuple[str, ...], ...]:
        """The groups of checks that fail on the same answers."""
        groups: dict[frozenset[str], list[str]] = defaultdict(list)
        for check, killed in self.kills.items():
            groups[killed].append(check)
        return tuple(tuple(group) for killed, group in groups.items() if killed and len(group) > 1)


def matrix_of(assignment: Assignment, graded: Iterable[tuple[Case, ScoreSheet]]) -> KillMatrix:
    """Return the matrix of the wrong answers among `graded`, which includes the solution."""
    sheets = {case: sheet for case, sheet in graded if case.kind not in ("stub", "right", "puppet")}
    solution = next(sheet for case, sheet in sheets.items() if case.kind == "solution")
    wrong = {case: sheet for case, sheet in sheets.items() if case.kind != "solution"}
    results = {}
    for case, sheet in sheets.items():
        for score in sheet.scores:
            results.update({(check.id, case.name): check for check in score.checks})
    return KillMatrix(
        assignment=assignment,
        checks=tuple(check for score in solution.scores for check in score.checks),
        answers=tuple(sorted(wrong, key=lambda case: case.kind == "generated")),
        results=results,
        adjustments={case.name: _adjustments(sheet) for case, sheet in sheets.items()},
        survivors=tuple(
            case.name for case, sheet in wrong.items() if _marks(sheet) == _marks(solution)
        ),
    )


def _adjustments(sheet: ScoreSheet) -> frozenset[str]:
    return frozenset(adjustment.id for adjustment in sheet.adjustments)


def _marks(sheet: ScoreSheet) -> tuple[object, ...]:
    """Return everything that a sheet's marks consist of: points, proposals, adjustments."""
    return (*((score.earned, score.proposed) for score in sheet.scores), _adjustments(sheet))


def to_json(matrix: KillMatrix) -> str:
    """Return the matrix for other programs: outcomes by check and answer, and what is unsound."""
    document = {
        "assignment": matrix.assignment.id,
        "checks": [_check_entry(matrix, check) for check in matrix.checks],
        "answers": [_answer_entry(matrix, case) for case in matrix.answers],
        "survivors": matrix.survivors,
        "checks_that_kill_nothing": matrix.unproven_checks,
        "always_fail_together": matrix.always_fail_together,
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _check_entry(matrix: KillMatrix, check: CheckResult) -> dict[str, object]:
    names = [case.name for case in matrix.answers]
    return {
        "id": check.id,
        "criterion": check.criterion,
        "expects": check.expects,
        "on_trust": check.on_trust,
        "kills": sorted(matrix.kills[check.id]),
        "kills_alone": sorted(matrix.kills_alone[check.id]),
        "outcomes": {name: matrix.results[check.id, name].outcome.value for name in names},
    }


def _answer_entry(matrix: KillMatrix, case: Case) -> dict[str, object]:
    killers = [check.id for check in matrix.checks if matrix.is_killed(check.id, case.name)]
    return {
        "name": case.name,
        "says": case.description,
        "loses": sorted(case.loses),
        "brings": sorted(matrix.adjustments[case.name]),
        "killed_by": killers,
    }
