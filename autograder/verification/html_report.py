"""The page of a kill matrix: checks down, wrong answers across, a mark where the one kills the
other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from autograder.model import CheckResult, Course, Criterion, Outcome
from autograder.report.html import asset, render
from autograder.verification.cases import Case
from autograder.verification.kill_matrix import Matrix

SIGNS = {  # a mark, and a word of the style sheet; whatever else student code does is "!"
    Outcome.PASSED: ("", "passed"),
    Outcome.FAILED: ("✗", "failed"),
    Outcome.BLOCKED: ("–", "blocked"),
    Outcome.MANUAL: ("?", "waits"),
    Outcome.GRADER_ERROR: ("‼", "error"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """How one check ended on one answer."""

    mark: str  # empty: passed
    kind: str  # a word of the style sheet
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One check against all answers."""

    check: CheckResult
    cells: tuple[Cell, ...]
    kills: int  # written answers that it kills
    alone: int  # of these, those that no other check kills
    is_idle: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Neighbouring columns: the wrong answers that must lose the same criteria."""

    title: str
    answers: tuple[Case, ...]


def matrix_page(course: Course, matrix: Matrix) -> str:
    """The matrix for those who write graders, as one HTML document that needs nothing else."""
    bands = _bands(matrix)
    answers = [case for band in bands for case in band.answers]
    written = sum(case.kind == "wrong" for case in answers)
    return render(
        "matrix.html.j2",
        course,
        "en",
        matrix=matrix,
        bands=bands,
        answers=answers,
        groups=_groups(matrix, answers),
        columns=len(answers),
        written=written,
        deaths={
            case.name: sum(matrix.is_killed(c.id, case.name) for c in matrix.checks)
            for case in answers
        },
        style=asset("report.css") + asset("matrix.css"),
    )


def _bands(matrix: Matrix) -> list[Band]:
    """The answers by what they must lose, in the rubric's order; generic ones last."""
    order = [c.id for c in matrix.assignment.criteria]

    def losses(case: Case) -> tuple[bool, list[int]]:
        return case.kind == "generic", sorted(order.index(name) for name in case.loses)

    def title(case: Case) -> str:
        if case.kind == "generic":
            return "made from the solution"
        return " + ".join(short(order[i]) for i in losses(case)[1]) or "penalty alone"

    ordered = sorted(matrix.answers, key=lambda case: (losses(case), case.name))
    runs = [tuple(run) for _, run in groupby(ordered, key=losses)]
    return [Band(title=title(run[0]), answers=run) for run in runs]


def _groups(matrix: Matrix, answers: Sequence[Case]) -> list[tuple[Criterion, list[Row]]]:
    """The rows, criterion by criterion."""
    rows = [
        Row(
            check=check,
            cells=tuple(_cell(matrix, check.id, case.name) for case in answers),
            kills=len(matrix.kills[check.id]),
            alone=len(matrix.alone[check.id]),
            is_idle=check.id in matrix.idle,
        )
        for check in matrix.checks
    ]
    found = [
        (c, [row for row in rows if row.check.criterion == c.id])
        for c in matrix.assignment.criteria
    ]
    return [(criterion, mine) for criterion, mine in found if mine]


def _cell(matrix: Matrix, check: str, answer: str) -> Cell:
    result = matrix.results[check, answer]
    mark, kind = SIGNS.get(result.outcome, ("!", "broke"))
    if result.outcome is Outcome.MANUAL and result.criterion in matrix.by_hand:  # a proposal
        mark, kind = SIGNS[Outcome.FAILED if matrix.is_killed(check, answer) else Outcome.PASSED]
    return Cell(mark=mark, kind=kind, outcome=result.outcome.value)


def short(criterion: str) -> str:
    """A criterion's last name: performance.residual_block.bottleneck is the bottleneck."""
    return criterion.rsplit(".", 1)[-1]
