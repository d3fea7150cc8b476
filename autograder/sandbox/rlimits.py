"""What a worker may use (runs inside): memory, processor time, files and tasks, as limits of its
process.
"""

from __future__ import annotations

import contextlib
import os
import resource
from typing import Any

THREADS = 64  # tasks of a worker that may not fork
# times as many where all tasks of the user who grades count: its other work goes on meanwhile
ROOM = 4


def set_rlimits(order: dict[str, Any]) -> None:
    """Memory, CPU, files and tasks of this process; soft and hard limit alike."""
    limits = {
        resource.RLIMIT_AS: order["address_space"],
        resource.RLIMIT_CPU: order["cpu"],
        resource.RLIMIT_FSIZE: order["disk"],
        resource.RLIMIT_NOFILE: order["open_files"],
        resource.RLIMIT_NPROC: _tasks(order),  # after unshare: counted per namespace
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    for limit, value in limits.items():
        resource.setrlimit(limit, (value, value))


def _tasks(order: dict[str, Any]) -> int:
    """How many tasks its user may have; where that is the user who grades, so many more than there
    are now.
    """
    allowed: int = max(THREADS, order["processes"])
    return allowed if order["own_user"] else _tasks_of(os.getuid()) + ROOM * allowed


def _tasks_of(uid: int) -> int:
    count = 0
    for process in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):  # it may have ended
            if os.stat(f"/proc/{process}").st_uid == uid:
                count += len(os.listdir(f"/proc/{process}/task"))
    return count
