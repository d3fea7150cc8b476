"""The kill matrix: which check fails on which wrong answer, and what that says of the checks."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from autograder.model import Assignment, CheckResult, Outcome, ScoreSheet
from autograder.verification.cases import Case

UNHARMED = (Outcome.PASSED, Outcome.BLOCKED)


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """How every check ended on every wrong answer, under the first seed."""

    assignment: Assignment
    checks: tuple[CheckResult, ...]  # as the solution met them
    answers: tuple[Case, ...]  # the wrong ones, then the generic ones
    results: dict[tuple[str, str], CheckResult]  # by check and answer
    brought: dict[str, frozenset[str]]  # by answer: bonuses and penalties
    survivors: tuple[
        str, ...
    ]  # the answers that stand as the solution does, for all that checks found

    def is_killed(self, check: str, answer: str) -> bool:
        """Whether the check finds something wrong with the answer."""
        result = self.results[check, answer]
        if (
            result.outcome is Outcome.MANUAL
        ):  # a proposal is a verdict only where nothing else decides
            return (
                result.criterion in self.by_hand and result.credit is not None and result.credit < 1
            )
        return result.outcome not in UNHARMED

    @cached_property
    def by_hand(self) -> frozenset[str]:
        """The criteria that a person decides."""
        return frozenset(c.id for c in self.assignment.criteria if c.manual)

    @cached_property
    def kills(self) -> dict[str, frozenset[str]]:
        """By check, the written wrong answers that it kills."""
        written = [case.name for case in self.answers if case.kind == "wrong"]
        return {
            c.id: frozenset(name for name in written if self.is_killed(c.id, name))
            for c in self.checks
        }

    @cached_property
    def alone(self) -> dict[str, frozenset[str]]:
        """By check, the written wrong answers that no other check kills."""
        killers = Counter(name for killed in self.kills.values() for name in killed)
        return {
            id: frozenset(name for name in killed if killers[name] == 1)
            for id, killed in self.kills.items()
        }

    @cached_property
    def idle(self) -> tuple[str, ...]:
        """The checks that prove nothing: no answer fails them but such as fail everything."""
        hopeless = (
            frozenset.intersection(*self.kills.values()) if len(self.kills) > 1 else frozenset()
        )
        return tuple(check for check, killed in self.kills.items() if not killed - hopeless)

    @cached_property
    def together(self) -> tuple[tuple[str, ...], ...]:
        """The groups of checks that always fail together."""
        groups: dict[frozenset[str], list[str]] = defaultdict(list)
        for check, killed in self.kills.items():
            groups[killed].append(check)
        return tuple(tuple(group) for killed, group in groups.items() if killed and len(group) > 1)


def matrix_of(assignment: Assignment, graded: Iterable[tuple[Case, ScoreSheet]]) -> Matrix:
    """The matrix of the wrong answers among `graded`, which holds the solution."""
    sheets = {
        case: sheet for case, sheet in graded if case.kind in ("solution", "wrong", "generic")
    }
    solution = next(sheet for case, sheet in sheets.items() if case.kind == "solution")
    results = {
        (r.id, c.name): r for c, sheet in sheets.items() for s in sheet.scores for r in s.checks
    }
    return Matrix(
        assignment=assignment,
        checks=tuple(r for (_, name), r in results.items() if name == "solution"),
        answers=tuple(
            sorted((c for c in sheets if c.kind != "solution"), key=lambda c: c.kind, reverse=True)
        ),
        results=results,
        brought={case.name: _brought(sheet) for case, sheet in sheets.items()},
        survivors=tuple(
            case.name
            for case, sheet in sheets.items()
            if case.kind != "solution" and _final_grade(sheet) == _final_grade(solution)
        ),
    )


def _brought(sheet: ScoreSheet) -> frozenset[str]:
    return frozenset(a.id for a in sheet.adjustments)


def _final_grade(sheet: ScoreSheet) -> tuple[object, ...]:
    """What a submission comes to: points, proposals, bonuses and penalties."""
    return (*((s.earned, s.proposed) for s in sheet.scores), _brought(sheet))


def to_json(matrix: Matrix) -> str:
    """The matrix for other programs: outcomes by check and answer, and what is unsound."""
    answers = [case.name for case in matrix.answers]
    document = {
        "assignment": matrix.assignment.id,
        "checks": [
            {
                "id": check.id,
                "criterion": check.criterion,
                "expects": check.expects,
                "kills": sorted(matrix.kills[check.id]),
                "kills_alone": sorted(matrix.alone[check.id]),
                "outcomes": {
                    name: matrix.results[check.id, name].outcome.value for name in answers
                },
            }
            for check in matrix.checks
        ],
        "answers": [
            {
                "name": case.name,
                "says": case.says,
                "loses": sorted(case.loses),
                "brings": sorted(matrix.brought[case.name]),
                "killed_by": [c.id for c in matrix.checks if matrix.is_killed(c.id, case.name)],
            }
            for case in matrix.answers
        ],
        "survivors": matrix.survivors,
        "checks_that_kill_nothing": matrix.idle,
        "always_fail_together": matrix.together,
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"
