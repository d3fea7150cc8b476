"""The executor that grades on a cluster, as `autograder grade --cluster ADDRESS` asks for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from autograder.cluster.backlog import Backlog
from autograder.cluster.connect import connected, require_packages
from autograder.cluster.dispatch import Dispatch
from autograder.cluster.job import Job, job_of
from autograder.cluster.settings import ClusterSettings
from autograder.grading.executor import Execution
from autograder.grading.graded import Graded
from autograder.handin.intake import HandIn
from autograder.model import Assignment, Course, Run


class ClusterExecutor:
    """Grades on the nodes of a cluster, which is started and ended with each run, or is there."""

    def __init__(self, settings: ClusterSettings) -> None:
        """Raise HostError where a package is not installed that the cluster needs."""
        require_packages(settings.kind)
        self.settings = settings

    def grade(
        self,
        course: Course,
        assignments: Sequence[Assignment],
        hand_ins: Sequence[HandIn],
        run: Run,
        done: Callable[[Graded], None],
    ) -> Execution:
        """Grade hand-ins on the nodes; this machine reads them, and writes the result files."""
        job = job_of(course, assignments, run, self.settings, done)
        return asyncio.run(_grade(job, Backlog(hand_ins)))


async def _grade(job: Job, backlog: Backlog) -> Execution:
    async with connected(job.settings) as client:
        return await Dispatch(client, job, backlog).run()
