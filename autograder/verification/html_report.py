"""The page of a kill matrix: checks down, wrong answers across, a sign where a check kills one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from autograder.model import CheckResult, Course, Criterion, Outcome
from autograder.report.html import asset, render
from autograder.verification.cases import Case
from autograder.verification.kill_matrix import KillMatrix

SIGNS = {  # a sign and a class of the style sheet
    Outcome.PASSED: ("", "passed"),
    Outcome.FAILED: ("✗", "failed"),
    Outcome.BLOCKED: ("–", "blocked"),
    Outcome.MANUAL: ("?", "waits"),
    Outcome.GRADER_ERROR: ("‼", "error"),
}
OTHER_SIGN = ("!", "broke")  # the student's code raised, took too long, is missing, ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixCell:
    """The result of one check on one answer."""

    sign: str  # empty: passed
    css_class: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """The results of one check on all answers."""

    check: CheckResult
    cells: tuple[MatrixCell, ...]
    num_kills: int  # written answers that it kills
    num_kills_alone: int  # of these, those that no other check kills
    is_unproven: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerGroup:
    """Neighbouring columns: the wrong answers that must lose the same criteria."""

    title: str
    answers: tuple[Case, ...]


def matrix_page(course: Course, matrix: KillMatrix) -> str:
    """Return the matrix as one HTML document, for authors of graders; it needs no other file."""
    answer_groups = _answer_groups(matrix)
    answers = [case for group in answer_groups for case in group.answers]
    return render(
        "matrix.html.j2",
        course,
        "en",
        matrix=matrix,
        answer_groups=answer_groups,
        criteria=_rows_by_criterion(matrix, answers),
        num_answers=len(answers),
        num_written=sum(case.kind == "wrong" for case in answers),
        num_killers={case.name: _num_killers(matrix, case) for case in answers},
        style=asset("report.css") + asset("matrix.css"),
    )


def _num_killers(matrix: KillMatrix, case: Case) -> int:
    """Return how many checks kill an answer."""
    return sum(matrix.is_killed(check.id, case.name) for check in matrix.checks)


def _answer_groups(matrix: KillMatrix) -> list[AnswerGroup]:
    """Group the answers by what they must lose, in the rubric's order; generated ones come last."""
    order = [criterion.id for criterion in matrix.assignment.criteria]

    def losses(case: Case) -> tuple[bool, list[int]]:
        return case.kind == "generated", sorted(order.index(name) for name in case.loses)

    def title(case: Case) -> str:
        if case.kind == "generated":
            return "made from the solution"
        lost = [last_name(order[position]) for position in losses(case)[1]]
        return " + ".join(lost) or "penalty alone"

    ordered = sorted(matrix.answers, key=lambda case: (losses(case), case.name))
    groups = [tuple(group) for _, group in groupby(ordered, key=losses)]
    return [AnswerGroup(title=title(answers[0]), answers=answers) for answers in groups]


def _rows_by_criterion(
    matrix: KillMatrix, answers: Sequence[Case]
) -> list[tuple[Criterion, list[MatrixRow]]]:
    """Return the criteria that have checks, each with its rows."""
    rows = [_row(matrix, check, answers) for check in matrix.checks]
    criteria = []
    for criterion in matrix.assignment.criteria:
        own = [row for row in rows if row.check.criterion == criterion.id]
        if own:
            criteria.append((criterion, own))
    return criteria


def _row(matrix: KillMatrix, check: CheckResult, answers: Sequence[Case]) -> MatrixRow:
    return MatrixRow(
        check=check,
        cells=tuple(_cell(matrix, check.id, case.name) for case in answers),
        num_kills=len(matrix.kills[check.id]),
        num_kills_alone=len(matrix.kills_alone[check.id]),
        is_unproven=check.id in matrix.unproven_checks,
    )


def _cell(matrix: KillMatrix, check: str, answer: str) -> MatrixCell:
    result = matrix.results[check, answer]
    sign, css_class = SIGNS.get(result.outcome, OTHER_SIGN)
    if result.outcome is Outcome.MANUAL and result.criterion in matrix.manual_criteria:
        # The check proposes points, and is shown as if it decided.
        shown_as = Outcome.FAILED if matrix.is_killed(check, answer) else Outcome.PASSED
        sign, css_class = SIGNS[shown_as]
    return MatrixCell(sign=sign, css_class=css_class, outcome=result.outcome.value)


def last_name(criterion: str) -> str:
    """Return a criterion's last name: "bottleneck" of "performance.residual_block.bottleneck"."""
    return criterion.rsplit(".", 1)[-1]
