"""The decision what is at fault when a worker failed: the student's code, or the sandbox."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from pathlib import Path

from autograder.errors import Crashed, HostError, MemoryExceeded, SandboxLost, StudentError
from autograder.model import Level
from autograder.sandbox.protocol import WorkerEnd

VMSTAT_FILE = Path("/proc/vmstat")
logger = logging.getLogger(__name__)


def kernel_kills() -> int | None:
    """Return how many processes the kernel killed for want of memory; None where it is silent."""
    try:
        lines = VMSTAT_FILE.read_text().splitlines()
    except OSError:
        return None
    for line in lines:
        if line.startswith("oom_kill "):
            return int(line.split()[1])
    return None


class Blame:
    """The decisions for one submission, and whether the sandbox was lost.

    A worker that was killed proves nothing: other processes may have filled the memory, or a person
    killed it. After any other death, and after a kill on the last attempt, a self-test decides.
    """

    def __init__(
        self,
        level: Level,
        *,
        is_last: bool,
        run_self_test: Callable[[], object],
        count_kernel_kills: Callable[[], int | None] = kernel_kills,
    ) -> None:
        """Decide at a sandbox level.

        `is_last`: the submission is not graded again, and its worker is the only one. A worker that
        is killed is then put down to its code. `run_self_test` raises SandboxLost where the sandbox
        does not work. `count_kernel_kills` returns what `kernel_kills` does.
        """
        self.lost = ""  # how the sandbox broke: nothing that was found counts
        self._level = level
        self._is_last = is_last
        self._count_kernel_kills = count_kernel_kills
        self._kills_before = count_kernel_kills() if is_last else None
        self._run_self_test = run_self_test

    def decide(
        self, error: StudentError | HostError, end: WorkerEnd | None
    ) -> StudentError | SandboxLost:
        """Return the error to report for `error` of a worker that ended by `end`.

        `end` is None where the zygote could not report it.
        """
        if isinstance(error, HostError):
            return self.lose(str(error))
        if end is None or not isinstance(error, Crashed | MemoryExceeded):
            return error
        was_killed = end.signal == signal.SIGKILL
        if was_killed and not (self._is_last and self._may_be_its_doing()):
            return self.lose("a worker was killed from outside")
        try:
            self._run_self_test()
        except SandboxLost as lost:
            return self.lose(str(lost))
        return error

    def lose(self, evidence: str) -> SandboxLost:
        """Record that the sandbox was lost, and return the error that says so."""
        logger.warning("sandbox lost: %a", evidence)
        self.lost = evidence
        return SandboxLost(evidence)

    def _may_be_its_doing(self) -> bool:
        """Return whether a worker that is alone may have been killed for what it did.

        At level A student code is the first process of its namespace, which no process in it can
        kill. That leaves the kernel, which counts the processes that it kills for want of memory.
        """
        if self._level != "A" or self._kills_before is None:
            return True
        return self._count_kernel_kills() != self._kills_before
