"""A cgroup around the zygote and its workers (runs outside): memory and tasks of all together.

The rlimits bound each process; the cgroup bounds their sum, which matters where student code may
fork. It exists only where the host delegates one. Version 1: folders below our own in the memory
and pids hierarchies. Version 2: our own cgroup, if it is ours to divide and we are alone in it
(systemd's Delegate=yes).
"""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass
from pathlib import Path

from autograder.sandbox.temp_dirs import LockedTempDir, cleanup_stale, create_locked

CGROUP_ROOT = Path("/sys/fs/cgroup")
REAP_TIMEOUT_S = 5.0  # wait this long for killed processes to leave the cgroup
REAP_POLL_S = 0.01
LIMIT_FILES = {  # version -> (memory, tasks)
    1: ("memory.limit_in_bytes", "pids.max"),
    2: ("memory.max", "pids.max"),
}
JUDGES_GROUP = "judges"  # a cgroup with limits below it may hold no process itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Cgroup:
    """Directories of the cgroup file system that hold our processes to limits."""

    version: int
    directories: tuple[LockedTempDir, ...]

    def attach(self, pid: int) -> bool:
        """Put a process, and all that it will fork, into it; return whether the kernel did."""
        try:
            for directory in self.directories:
                (directory.folder / "cgroup.procs").write_text(str(pid))
        except OSError:
            return False
        return True

    def remove(self) -> None:
        """Remove it; its processes have ended."""
        for directory in self.directories:
            directory.release(_remove_when_empty)


def delegated(memory: int, tasks: int) -> Cgroup | None:
    """Make a cgroup with these limits (bytes, count); None where the host delegates none."""
    paths = _own_paths()
    try:
        if "memory" in paths and "pids" in paths:
            return _divide_v1(paths, memory, tasks)
        if "" in paths:
            return _divide_v2(CGROUP_ROOT / paths[""].lstrip("/"), memory, tasks)
    except OSError:
        return None
    return None


def cleanup_stale_cgroups() -> None:
    """Remove the cgroups that killed runs left below our own and below those of other sessions."""
    paths = _own_paths()
    for controller in ("memory", "pids", ""):
        if controller not in paths:
            continue
        own = CGROUP_ROOT / controller / paths[controller].lstrip("/")
        cleanup_stale(own, _remove_if_empty)
        if own == CGROUP_ROOT / controller:
            continue  # it has no siblings
        for sibling in own.parent.glob("*/"):
            cleanup_stale(sibling, _remove_if_empty)


def _remove_if_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):  # the kernel removes none that holds a process
        folder.rmdir()


def _remove_when_empty(folder: Path) -> None:
    """Remove it as soon as its killed processes have left it."""
    deadline = time.monotonic() + REAP_TIMEOUT_S
    while time.monotonic() < deadline:
        _remove_if_empty(folder)
        if not folder.exists():
            return
        time.sleep(REAP_POLL_S)  # version 1 does not notify when a cgroup becomes empty


def _own_paths() -> dict[str, str]:
    """Return the cgroup of this process by controller; the key of version 2 is empty."""
    paths = {}
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return {}
    for line in lines:
        _, controllers, path = line.split(":", 2)
        for controller in controllers.split(","):
            paths[controller] = path
    return paths


def _divide_v1(paths: dict[str, str], memory: int, tasks: int) -> Cgroup:
    made: list[LockedTempDir] = []
    limits = zip(("memory", "pids"), LIMIT_FILES[1], (memory, tasks), strict=True)
    try:
        for controller, file, limit in limits:
            own = CGROUP_ROOT / controller / paths[controller].lstrip("/")
            made.append(create_locked(own))
            (made[-1].folder / file).write_text(str(limit))
    except OSError:
        Cgroup(version=1, directories=tuple(made)).remove()
        raise
    return Cgroup(version=1, directories=tuple(made))


def _divide_v2(own: Path, memory: int, tasks: int) -> Cgroup | None:
    controllers = (own / "cgroup.controllers").read_text().split()
    is_alone = (own / "cgroup.procs").read_text().split() == [str(os.getpid())]
    if not {"memory", "pids"} <= set(controllers) or not is_alone:
        return None
    judges = own / JUDGES_GROUP
    judges.mkdir(exist_ok=True)
    (judges / "cgroup.procs").write_text(str(os.getpid()))
    (own / "cgroup.subtree_control").write_text("+memory +pids")
    directory = create_locked(own)
    cgroup = Cgroup(version=2, directories=(directory,))
    try:
        for file, limit in zip(LIMIT_FILES[2], (memory, tasks), strict=True):
            (directory.folder / file).write_text(str(limit))
    except OSError:
        cgroup.remove()
        raise
    return cgroup
