"""The zygotes of a batch, started before anything slow is imported: they warm up while the judges do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

from autograder.model import Assignment
from autograder.sandbox.launch import Bounds, Zygote

WARM = 1 << 30  # bytes of the zygote itself
TASKS = 128  # processes and threads of one worker, its own overhead included


def start_zygote(assignment: Assignment, jobs: int) -> Zygote:
    """Start the zygote of an assignment for `jobs` workers at a time, without waiting for it."""
    limits = assignment.limits
    each = limits.memory + limits.disk
    bounds = Bounds(memory=WARM + jobs * (each + WARM), tasks=jobs * (TASKS + limits.processes))
    return Zygote("A", assignment.hidden_packages, bounds)


@contextmanager
def starting_zygotes(assignments: Iterable[Assignment], jobs: int) -> Iterator[dict[str, Zygote]]:
    """One zygote per assignment that has graders, by the assignment's id; all ended on the way out."""
    with ExitStack() as stack:
        zygotes = {}
        for assignment in assignments:
            if assignment.is_gradable:
                zygotes[assignment.id] = start_zygote(assignment, jobs)
                stack.callback(zygotes[assignment.id].close)
        yield zygotes
