"""`autograder verify`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from autograder.cli.options import (
    EXIT_CODES,
    SOME_UNUSABLE,
    course_option,
    find_assignment,
    jobs_option,
    load,
    report_errors,
)
from autograder.errors import CourseError
from autograder.model import Assignment


@click.command(
    epilog="""\b
Examples:
  autograder verify
  autograder verify residual_block
  autograder verify residual_block --case solution --case 'wrong/basic_*'
"""
    + EXIT_CODES
)
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--case", "patterns", multiple=True, metavar="GLOB", help="Only cases of such a name. Repeatable.")
@jobs_option
@course_option
@report_errors
def verify(ids: tuple[str, ...], patterns: tuple[str, ...], jobs: int, course: Path) -> None:
    """Prove the graders by answers whose marks are known.

    The solution earns everything, the stub nothing, a wrong/ file loses what it declares, a right/ file nothing.
    Each case is graded under two seeds. Without ID: every assignment that has graders.
    """
    from autograder.cases import cases_of, select
    from autograder.zygotes import start_zygote, starting_zygotes

    week = load(course)
    chosen = [find_assignment(week, id) for id in ids] or [a for a in week.assignments if a.is_gradable]
    ungraded = [a.id for a in chosen if not a.is_gradable]
    if ungraded:
        raise CourseError(*(f"{id}: no graders yet; add assignments/{id}/graders/test_*.py" for id in ungraded))
    cases_by_id = {a.id: select(cases_of(a), patterns) for a in chosen}
    if not any(cases_by_id.values()):
        raise CourseError(f"no case is called {' or '.join(patterns)}; expected such as 'stub' or 'wrong/*'")
    chosen = [a for a in chosen if cases_by_id[a.id]]
    with starting_zygotes(chosen, jobs) as started:
        from autograder import verify as verification
        from autograder.screen import Progress, show_verdicts

        sound = True
        for assignment in chosen:
            cases = cases_by_id[assignment.id]
            progress = Progress(len(cases) * len(verification.SEEDS))

            def next_zygote(assignment: Assignment = assignment) -> Any:
                return started.pop(assignment.id, None) or start_zygote(assignment, jobs)

            verdicts = verification.verify(week, assignment, cases, jobs, next_zygote, progress.step)
            sound &= show_verdicts(assignment, verdicts)
    if not sound:
        sys.exit(SOME_UNUSABLE)
