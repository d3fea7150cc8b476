"""A cgroup around the zygote and its workers, where the host delegates one (runs outside): memory and tasks.

The rlimits bound each process; this bounds their sum, which matters where student code may fork.
Version 1: folders below our own in the memory and pids hierarchies. Version 2: our own cgroup, if it is ours to
divide and we are alone in it (systemd's Delegate=yes).
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
LIMIT_FILES = {  # version -> (memory, tasks)
    1: ("memory.limit_in_bytes", "pids.max"),
    2: ("memory.max", "pids.max"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cgroup:
    """Folders of the cgroup file system that hold our processes to limits."""

    version: int
    folders: tuple[Path, ...]

    def attach(self, pid: int) -> None:
        """Put a process, and all that it will fork, into it; OSError where the kernel refuses."""
        for folder in self.folders:
            (folder / "cgroup.procs").write_text(str(pid))

    def remove(self) -> None:
        """Give it back; its processes have ended."""
        for folder in self.folders:
            with contextlib.suppress(OSError):
                folder.rmdir()


def delegated(memory: int, tasks: int) -> Cgroup | None:
    """A fresh cgroup with these limits (bytes, count), or None where the host delegates none."""
    paths = _own_paths()
    try:
        if "memory" in paths and "pids" in paths:
            return _divide_v1(paths, memory, tasks)
        if "" in paths:
            return _divide_v2(ROOT / paths[""].lstrip("/"), memory, tasks)
    except OSError:
        return None
    return None


def _own_paths() -> dict[str, str]:
    """The cgroup of this process, by controller; the key of version 2 is empty."""
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
    made = []
    try:
        for controller, file, limit in zip(("memory", "pids"), LIMIT_FILES[1], (memory, tasks), strict=True):
            folder = ROOT / controller / paths[controller].lstrip("/") / f"autograder-{os.getpid()}"
            folder.mkdir()
            made.append(folder)
            (folder / file).write_text(str(limit))
    except OSError:
        Cgroup(version=1, folders=tuple(made)).remove()
        raise
    return Cgroup(version=1, folders=tuple(made))


def _divide_v2(own: Path, memory: int, tasks: int) -> Cgroup | None:
    controllers = (own / "cgroup.controllers").read_text().split()
    alone = (own / "cgroup.procs").read_text().split() == [str(os.getpid())]
    if not {"memory", "pids"} <= set(controllers) or not alone:
        return None
    judges = own / "judges"  # a cgroup with limits below it may hold no process itself
    judges.mkdir(exist_ok=True)
    (judges / "cgroup.procs").write_text(str(os.getpid()))
    (own / "cgroup.subtree_control").write_text("+memory +pids")
    folder = own / f"sandbox-{os.getpid()}"
    folder.mkdir()
    for file, limit in zip(LIMIT_FILES[2], (memory, tasks), strict=True):
        (folder / file).write_text(str(limit))
    return Cgroup(version=2, folders=(folder,))
