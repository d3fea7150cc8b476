"""The memory of a run of `autograder grade` while it grades.

A slot is what a job of `--jobs` needs: a judge, its server that reads syntax, and the workers that
serve it. The memory of a slot is what none but one process has: `Private_Clean` and `Private_Dirty`
of the kernel's smaps, which psutil calls USS. Pages that processes share, as those of torch, are
needed once, however many slots there are; the zygote and the process that collected the graders
hold them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

import psutil

INTERVAL_S = 0.05  # between two looks
ZYGOTE, SYNTAX_SERVER = "autograder.sandbox.zygote", "autograder.analysis.syntax_server"
MIB = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """The peaks of a run."""

    slots: int
    private_per_slot: float  # MiB; of all slots at one moment, divided by their number
    proportional: float  # MiB; PSS of all processes at one moment


class NoSlots(Exception):
    """No process was found that is a judge."""


def peak_memory(work: Callable[[], object]) -> Memory:
    """Do `work`, which grades in descendants of this process, and return their peaks."""
    looks: list[Memory] = []
    finished = threading.Event()

    def watch() -> None:
        while not finished.wait(INTERVAL_S):
            looks.append(memory_now(psutil.Process()))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        work()
    finally:
        finished.set()
        watcher.join()
    slots = max((look.slots for look in looks), default=0)
    if slots == 0:
        raise NoSlots(f"no process with a child {SYNTAX_SERVER} was seen: has a judge none now?")
    return Memory(
        slots=slots,
        private_per_slot=max(look.private_per_slot * look.slots for look in looks) / slots,
        proportional=max(look.proportional for look in looks),
    )


def memory_now(root: psutil.Process) -> Memory:
    """Return what the descendants of a process use at this moment."""
    processes = root.children(recursive=True)
    commands = {process.pid: _command(process) for process in processes}
    parents = {process.pid: _parent(process) for process in processes}
    used = {process.pid: _memory(process) for process in processes}
    servers = servers_of_judges(commands, parents, root.pid)
    workers = workers_of(commands, parents) if servers else set()
    own = {*servers.keys(), *servers.values(), *workers}
    return Memory(
        slots=len(servers),
        private_per_slot=sum(used[pid][0] for pid in own) / max(len(servers), 1),
        proportional=sum(proportional for _, proportional in used.values()),
    )


def servers_of_judges(
    commands: dict[int, str], parents: dict[int, int], root: int
) -> dict[int, int]:
    """Return the server that reads syntax by its judge, while there is a zygote.

    The run itself, which is a child of `root`, may have such a server as well, and processes that
    write its pages after the zygote has ended.
    """
    if not any(ZYGOTE in command for command in commands.values()):
        return {}
    servers = {parents[pid]: pid for pid, command in commands.items() if SYNTAX_SERVER in command}
    return {judge: server for judge, server in servers.items() if parents.get(judge, root) != root}


def workers_of(commands: dict[int, str], parents: dict[int, int]) -> set[int]:
    """Return the workers, and what they have forked.

    At sandbox level A, the only one at which a benchmark grades, the process that is started as
    the zygote forks the first process of its pid namespace, and that one forks the workers.
    """
    zygotes = {pid for pid, command in commands.items() if ZYGOTE in command}
    starters = {pid for pid in zygotes if parents[pid] not in zygotes}
    inner = {pid for pid in zygotes if parents[pid] in starters}
    return zygotes - starters - inner


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def _parent(process: psutil.Process) -> int:
    try:
        return process.ppid()
    except psutil.Error:
        return 0


def _memory(process: psutil.Process) -> tuple[float, float]:
    """Return USS and PSS, in MiB; nothing for a process that has ended."""
    try:
        used = process.memory_full_info()
    except psutil.Error:
        return 0.0, 0.0
    return used.uss / MIB, used.pss / MIB
