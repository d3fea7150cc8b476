"""A cgroup around the zygote and its workers, where the host delegates one (runs outside): memory
and tasks.

The rlimits bound each process; this bounds their sum, which matters where student code may fork.
Version 1: folders below our own in the memory and pids hierarchies. Version 2: our own cgroup, if
it is ours to divide and we are alone in it (systemd's Delegate=yes).
"""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass
from pathlib import Path

from autograder.sandbox.temp_dirs import Holding, hold, sweep

ROOT = Path("/sys/fs/cgroup")
BURIED_SECONDS = 5.0  # who was killed is gone by then
LIMIT_FILES = {  # version -> (memory, tasks)
    1: ("memory.limit_in_bytes", "pids.max"),
    2: ("memory.max", "pids.max"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cgroup:
    """Folders of the cgroup file system that hold our processes to limits."""

    version: int
    holdings: tuple[Holding, ...]

    def attach(self, pid: int) -> bool:
        """Put a process, and all that it will fork, into it; whether the kernel did."""
        try:
            for holding in self.holdings:
                (holding.folder / "cgroup.procs").write_text(str(pid))
        except OSError:
            return False
        return True

    def remove(self) -> None:
        """Give it back; its processes have ended."""
        for holding in self.holdings:
            holding.release(_remove_when_empty)


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


def sweep_cgroups() -> None:
    """Remove the cgroups that killed runs left, below our own and below its siblings: other
    sessions.
    """
    paths = _own_paths()
    for controller in ("memory", "pids", ""):
        if controller not in paths:
            continue
        own = ROOT / controller / paths[controller].lstrip("/")
        sweep(own, _remove_if_empty)
        for sibling in own.parent.glob("*/") if own != ROOT / controller else ():
            sweep(sibling, _remove_if_empty)


def _remove_if_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):  # the kernel removes none that holds a process
        folder.rmdir()


def _remove_when_empty(folder: Path) -> None:
    """Remove it as soon as the kernel has buried its processes, who were all killed."""
    deadline = time.monotonic() + BURIED_SECONDS
    while time.monotonic() < deadline:
        _remove_if_empty(folder)
        if not folder.exists():
            return
        time.sleep(0.01)  # version 1 tells nobody when a cgroup becomes empty


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
        for controller, file, limit in zip(
            ("memory", "pids"), LIMIT_FILES[1], (memory, tasks), strict=True
        ):
            made.append(hold(ROOT / controller / paths[controller].lstrip("/")))
            (made[-1].folder / file).write_text(str(limit))
    except OSError:
        Cgroup(version=1, holdings=tuple(made)).remove()
        raise
    return Cgroup(version=1, holdings=tuple(made))


def _divide_v2(own: Path, memory: int, tasks: int) -> Cgroup | None:
    controllers = (own / "cgroup.controllers").read_text().split()
    alone = (own / "cgroup.procs").read_text().split() == [str(os.getpid())]
    if not {"memory", "pids"} <= set(controllers) or not alone:
        return None
    judges = own / "judges"  # a cgroup with limits below it may hold no process itself
    judges.mkdir(exist_ok=True)
    (judges / "cgroup.procs").write_text(str(os.getpid()))
    (own / "cgroup.subtree_control").write_text("+memory +pids")
    made = Cgroup(version=2, holdings=(hold(own),))
    try:
        for file, limit in zip(LIMIT_FILES[2], (memory, tasks), strict=True):
            (made.holdings[0].folder / file).write_text(str(limit))
    except OSError:
        made.remove()
        raise
    return made
