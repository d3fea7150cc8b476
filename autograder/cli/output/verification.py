"""The terminal's view of a verification: progress, the cases as a table, what is unsound."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from rich.table import Table

from autograder.api.verify import AssignmentProof
from autograder.model import Assignment
from autograder.scoring.criteria import format_points, format_share
from autograder.text.console import console, shown
from autograder.verification.cases import automatic_criteria
from autograder.verification.free_lunch import MAX_FREE_SHARE, FreeLunch

if TYPE_CHECKING:  # they import torch, which is imported while the zygotes warm up
    from autograder.verification.kill_matrix import KillMatrix
    from autograder.verification.verify import CaseVerdict

logger = logging.getLogger(__name__)

PROGRESS_EVERY = 20  # submissions between two lines of progress


def show_progress(number: int, total: int) -> None:
    """Show how many submissions are graded, every now and then."""
    if number % PROGRESS_EVERY == 0 or number == total:
        console.print(f"graded {number} of {total}")


def show_proof(proof: AssignmentProof) -> None:
    """Show the cases, the packages and the checks of one assignment."""
    _show_cases(proof)
    _show_packages(proof)
    if proof.matrix is not None:
        _show_checks(proof.matrix)
    _show_trust(proof)
    for lunch in proof.free_lunches:
        _show_free_lunch(lunch)


def _show_cases(proof: AssignmentProof) -> None:
    assignment = proof.assignment
    table = Table(title=assignment.id, title_justify="left")
    for heading in ("case", "loses", "seconds", "sound"):
        table.add_column(heading, overflow="fold")
    for verdict in proof.verdicts:
        faults = shown("; ".join(verdict.faults))
        table.add_row(
            shown(verdict.case.name),
            shown(_losses(assignment, verdict)),
            f"{verdict.seconds:.2f}",
            f"[red]{faults}[/]" if faults else "[green]yes[/]",
        )
    console.print(table)
    total = len(proof.verdicts)
    sound = sum(not verdict.faults for verdict in proof.verdicts)
    console.print(f"{assignment.id}: {sound} of {total} cases as they must be")


def _losses(assignment: Assignment, verdict: CaseVerdict) -> str:
    """Return what a case lost under the first seed, by last names, and its adjustments."""
    lost = verdict.lost[0]
    brought = sorted(adjustment.id for adjustment in verdict.sheets[0].adjustments)
    names = ", ".join(sorted(name.rsplit(".", 1)[-1] for name in lost)) or "nothing"
    lost_everything = len(lost) > 1 and lost == automatic_criteria(assignment)
    return " + ".join(["everything" if lost_everything else names, *brought])


def _show_checks(matrix: KillMatrix) -> None:
    for check in matrix.unproven_checks:
        line = f"[red]{shown(check)} proves nothing[/]: no wrong answer fails it"
        console.print(line, soft_wrap=True)
    total = len(matrix.checks)
    proven = total - len(matrix.unproven_checks)
    console.print(f"{matrix.assignment.id}: {proven} of {total} checks proven by a wrong answer")


def _show_trust(proof: AssignmentProof) -> None:
    """Show how many checks rest on what a worker reports of itself; which ones, the log says."""
    if not proof.checks:
        return
    on_trust, total = proof.checks_on_trust, len(proof.checks)
    for check in on_trust:
        logger.info("%s: %s rests on a report of the worker", proof.assignment.id, check)
    rest = "rests" if len(on_trust) == 1 else "rest"
    words = f"{len(on_trust)} of {total} checks {rest} on a report of the worker"
    console.print(f"{proof.assignment.id}: {words}")


def _show_free_lunch(lunch: FreeLunch) -> None:
    """Show what a submission that computes nothing earns of a criterion."""
    points, possible = (format_points(value, "en") for value in (lunch.points, lunch.possible))
    share = format_share(lunch.share, "en", 0)
    line = shown(f"{lunch.criterion}: free lunch {points} of {possible} ({share})")
    if lunch.is_too_large:
        most = format_share(MAX_FREE_SHARE, "en", 0)
        line = f"[red]{line}, must be at most {most}[/]: {shown(lunch.puppet)}"
    console.print(line, soft_wrap=True)


def _show_packages(proof: AssignmentProof) -> None:
    for line in proof.refused_packages:
        console.print(f"[red]{shown(line)}[/]", soft_wrap=True)
    count = proof.package_count
    if count:
        importable = count - len(proof.refused_packages)
        console.print(f"{proof.assignment.id}: {importable} of {count} packages can be imported")
