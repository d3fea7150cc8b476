"""The zygotes of a batch, started before anything slow is imported: both take their time."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import gettempdir

from autograder.model import Assignment
from autograder.sandbox.cgroup import cleanup_stale_cgroups
from autograder.sandbox.launch import GroupLimits, Preparation, Zygote
from autograder.sandbox.temp_dirs import cleanup_stale, remove_tree

ZYGOTE_BYTES = 1 << 30  # of the warm zygote itself
# What probes import.
PROBE_MODULES = (
    "autograder.checks.in_worker",
    "autograder.programs.serving",
    "autograder.programs.stages",
    "autograder.programs.trainings",
    "autograder.programs.warm",
)
# At one time: one with its code, one without student code, and one whose results are shared.
WORKERS_PER_SUBMISSION = 3
WORKER_TASKS = 128  # processes and threads of one worker, its own overhead included


def preparation_of(assignment: Assignment, data: Path | None) -> Preparation:
    """Return what the zygote of an assignment prepares; it serves the weights below `data`."""
    weights = ""
    if data is not None and assignment.warm_packages:
        weights = str(data.resolve() / "weights")
    return Preparation(
        hidden=assignment.hidden_packages,
        warm=assignment.warm_packages,
        weights=weights,
        modules=PROBE_MODULES,
    )


def bounds_of(assignments: Iterable[Assignment], jobs: int) -> GroupLimits:
    """Return what the workers of `jobs` submissions may use together, of any of the assignments."""
    workers = jobs * WORKERS_PER_SUBMISSION
    limits = [assignment.limits for assignment in assignments]
    worker_bytes = ZYGOTE_BYTES + max(limit.memory + limit.disk for limit in limits)
    worker_tasks = WORKER_TASKS + max(limit.processes for limit in limits)
    return GroupLimits(memory=ZYGOTE_BYTES + workers * worker_bytes, tasks=workers * worker_tasks)


@contextmanager
def starting_zygotes(
    assignments: Iterable[Assignment], jobs: int, data: Path | None = None
) -> Iterator[dict[str, Zygote]]:
    """Start a zygote for each assignment that has graders and runs code, and end all afterwards.

    They are by the assignment's id, and started without waiting. Assignments that need the same
    preparation share one. What killed runs left on this machine is removed first. No garbage is
    collected in this process until it forks judges: it imports torch meanwhile, which makes little.
    """
    gc.disable()
    cleanup_stale(Path(gettempdir()), remove_tree)
    cleanup_stale_cgroups()
    sharing: dict[Preparation, list[Assignment]] = {}
    for assignment in assignments:
        if assignment.is_gradable and assignment.runs_code:
            sharing.setdefault(preparation_of(assignment, data), []).append(assignment)
    with ExitStack() as stack:
        zygotes = {}
        for preparation, sharers in sharing.items():
            zygote = Zygote("A", preparation, bounds_of(sharers, jobs))
            stack.callback(zygote.close)
            zygotes.update({a.id: zygote for a in sharers})
        try:
            yield zygotes
        finally:
            gc.enable()
