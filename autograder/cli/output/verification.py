"""The terminal's view of a verification: progress, the cases as a table, what is unsound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from autograder.api.verify import AssignmentProof
from autograder.model import Assignment
from autograder.text.console import console, shown
from autograder.verification.cases import automatic_criteria

if TYPE_CHECKING:  # they import torch, which is imported while the zygotes warm up
    from autograder.verification.kill_matrix import KillMatrix
    from autograder.verification.verify import CaseVerdict

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


def _show_packages(proof: AssignmentProof) -> None:
    for line in proof.refused_packages:
        console.print(f"[red]{shown(line)}[/]", soft_wrap=True)
    count = proof.package_count
    if count:
        importable = count - len(proof.refused_packages)
        console.print(f"{proof.assignment.id}: {importable} of {count} packages can be imported")
