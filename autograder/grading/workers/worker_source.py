"""Sources of workers: the zygote of a run, behind the interface that a worker session needs."""

from __future__ import annotations

from typing import Protocol

from autograder.errors import TimeLimit
from autograder.grading.workers.self_test import run_self_test
from autograder.model import Level, Limits
from autograder.sandbox.launch import Zygote
from autograder.sandbox.protocol import Answer, Request, WorkerEnd
from autograder.sandbox.worker import Worker


class RunningWorker(Protocol):
    """A worker as a session sees it; `sandbox.worker.Worker` is one."""

    layers: tuple[str, ...]  # of its confinement, in words, once it answered
    end: WorkerEnd | None  # how it ended; None: it runs, or the zygote cannot say

    def ask(self, request: Request, seconds: float, limit: TimeLimit) -> Answer:
        """Return the answer to a request; StudentError or HostError where there is none."""

    def take_output(self) -> str:
        """Return what was printed since the last call."""

    def kill(self) -> None:
        """Kill it, without waiting."""

    def close(self) -> None:
        """Kill it, and wait until it is gone."""


class WorkerSource(Protocol):
    """What starts the workers of a session."""

    @property
    def level(self) -> Level:
        """The sandbox level of the workers."""

    @property
    def has_cgroup(self) -> bool:
        """Whether a cgroup limits all workers together."""

    def start(self, limits: Limits, seed: int, threads: int) -> RunningWorker:
        """Start a worker; HostError where that fails."""

    def run_self_test(self) -> None:
        """Raise SandboxLost where the sandbox does not work."""


class ZygoteWorkers:
    """The workers of a zygote."""

    def __init__(self, zygote: Zygote) -> None:
        self._zygote = zygote

    @property
    def level(self) -> Level:
        """The sandbox level of the zygote."""
        return self._zygote.level

    @property
    def has_cgroup(self) -> bool:
        """Whether a cgroup limits the zygote and its workers together."""
        return self._zygote.cgroup is not None

    def start(self, limits: Limits, seed: int, threads: int) -> RunningWorker:
        """Start a worker; HostError where the zygote has ended."""
        return Worker(self._zygote, limits, seed, threads)

    def run_self_test(self) -> None:
        """Run the self-test in a worker of the zygote; SandboxLost where it fails."""
        run_self_test(self._zygote)


def workers_of(zygote: Zygote | None) -> ZygoteWorkers | None:
    """Return the workers of a zygote; None where there is none."""
    return None if zygote is None else ZygoteWorkers(zygote)
