"""The resource limits of a worker's process (runs inside): memory, CPU time, files and tasks."""

from __future__ import annotations

import contextlib
import os
import resource

from autograder.sandbox.protocol import WorkerConfig

MIN_TASKS = 64  # of a worker that may not fork: torch starts threads
# So many times more where all tasks of the user who grades count: its other work goes on meanwhile.
SHARED_USER_FACTOR = 4


def set_rlimits(config: WorkerConfig) -> None:
    """Limit memory, CPU time, files and tasks of this process; soft and hard limit alike."""
    limits = {
        resource.RLIMIT_AS: config.address_space,
        resource.RLIMIT_CPU: config.cpu,
        resource.RLIMIT_FSIZE: config.disk,
        resource.RLIMIT_NOFILE: config.open_files,
        resource.RLIMIT_NPROC: _max_tasks(config),  # after unshare: counted per namespace
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    for limit, value in limits.items():
        resource.setrlimit(limit, (value, value))


def _max_tasks(config: WorkerConfig) -> int:
    """Return how many tasks the worker's user may have.

    Where that user is the one who grades, the tasks that it has now come on top.
    """
    allowed = max(MIN_TASKS, config.processes)
    if config.own_user:
        return allowed
    return _tasks_of(os.getuid()) + SHARED_USER_FACTOR * allowed


def _tasks_of(uid: int) -> int:
    """Return the number of tasks that a user has."""
    count = 0
    for process in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):  # it may have ended
            if os.stat(f"/proc/{process}").st_uid == uid:
                count += len(os.listdir(f"/proc/{process}/task"))
    return count
