"""The zygotes of a batch, started before anything slow is imported: they warm up while the judges do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from autograder.model import Assignment
from autograder.sandbox.launch import Bounds, Preparation, Zygote

WARM = 1 << 30  # bytes of the zygote itself
TASKS = 128  # processes and threads of one worker, its own overhead included


def start_zygote(assignment: Assignment, jobs: int, data: Path | None = None) -> Zygote:
    """Start the zygote of an assignment for `jobs` workers at a time, without waiting for it.

    It serves the pretrained weights in the folder `data`/weights, where there are any.
    """
    limits = assignment.limits
    weights = str(data.resolve() / "weights") if data is not None else ""
    each = limits.memory + limits.disk
    bounds = Bounds(memory=WARM + jobs * (each + WARM), tasks=jobs * (TASKS + limits.processes))
    preparation = Preparation(hidden=assignment.hidden_packages, warm=assignment.warm_packages, weights=weights)
    return Zygote("A", preparation, bounds)


@contextmanager
def starting_zygotes(
    assignments: Iterable[Assignment], jobs: int, data: Path | None = None
) -> Iterator[dict[str, Zygote]]:
    """One zygote per assignment that has graders and runs code, by its id; all ended on the way out."""
    with ExitStack() as stack:
        zygotes = {}
        for assignment in assignments:
            if assignment.is_gradable and assignment.runs_code:
                zygotes[assignment.id] = start_zygote(assignment, jobs, data)
                stack.callback(zygotes[assignment.id].close)
        yield zygotes
