"""The zygotes of a batch, started before anything slow is imported: they warm up while the judges
do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import gettempdir

from autograder.model import Assignment
from autograder.sandbox.cgroup import sweep_cgroups
from autograder.sandbox.launch import Bounds, Preparation, Zygote
from autograder.sandbox.temp_dirs import remove_tree, sweep

WARM = 1 << 30  # bytes of the zygote itself
PROBE_MODULES = ("autograder.checks.in_worker",)  # what probes import
TASKS = 128  # processes and threads of one worker, its own overhead included


def preparation_of(assignment: Assignment, data: Path | None) -> Preparation:
    """What the zygote of an assignment makes ready; it serves the weights in `data`/weights, if
    there are any.
    """
    weights = (
        str(data.resolve() / "weights") if data is not None and assignment.warm_packages else ""
    )
    return Preparation(
        hidden=assignment.hidden_packages,
        warm=assignment.warm_packages,
        weights=weights,
        modules=PROBE_MODULES,
    )


def bounds_of(assignments: Iterable[Assignment], jobs: int) -> Bounds:
    """What `jobs` workers at a time may use together, whichever of the assignments they serve."""
    limits = [a.limits for a in assignments]
    each = max(limit.memory + limit.disk for limit in limits)
    tasks = max(limit.processes for limit in limits)
    return Bounds(memory=WARM + jobs * (each + WARM), tasks=jobs * (TASKS + tasks))


@contextmanager
def starting_zygotes(
    assignments: Iterable[Assignment], jobs: int, data: Path | None = None
) -> Iterator[dict[str, Zygote]]:
    """A zygote for each assignment that has graders and runs code, by its id; all ended on the way
    out.

    They are started without waiting. Assignments that need the same preparation share one. What
    runs that were killed left on this machine is removed first.
    """
    sweep(Path(gettempdir()), remove_tree)
    sweep_cgroups()
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
        yield zygotes
