"""What is to be seen of the host while a run is under way: processes, descriptors, sockets, mounts,
files.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

from tests.support.command_line import descendants

LOG = "HOSTILE_LOG"  # environment: the file that takes a line per look
# environment: the process to which whoever of the run has lost its parent belongs
TOP = "HOSTILE_TOP"
FOLDER = "HOSTILE_FOLDER"  # environment: the folder whose files nobody may touch
LISTENING = {
    "tcp": (3, "0A"),
    "tcp6": (3, "0A"),
    "udp": (3, "07"),
    "udp6": (3, "07"),
    "unix": (5, "01"),
}
ACCEPTS = 0x10000  # of a unix socket's flags: it listens


def note(student: str) -> None:
    """Append what is to be seen now; called by the judge of a hostile course, before a neighbour's
    first check.
    """
    with Path(os.environ[LOG]).open("a", encoding="utf-8") as log:
        log.write(json.dumps({"student": student, "host": look()}) + "\n")


def looks(log: Path) -> dict[str, dict[str, Any]]:
    """Return the states of the host in a log, by student."""
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    return {line["student"]: line["host"] for line in lines}


def look() -> dict[str, Any]:
    """Return the host's state; it must be equal at moments with as many workers alive."""
    alive = living(int(os.environ[TOP]))
    return {
        "processes": len(alive),
        "descriptors of the judge": descriptors(os.getpid()),
        "descriptors of the others": sorted(
            len(descriptors(p) or ()) for p in alive if p != os.getpid()
        ),
        "listening": sorted(socket for pid in alive for socket in listening(pid)),
        "mounts": Path("/proc/self/mounts").read_text(encoding="utf-8"),
        "temporary": len(list(Path(os.environ["TMPDIR"]).iterdir())),
        "shared memory": sorted(path.name for path in Path("/dev/shm").iterdir()),
        "files": files(Path(os.environ[FOLDER])),
    }


def living(top: int) -> list[int]:
    """Return the ids of the processes below `top` that have not ended."""
    return [pid for pid in descendants(top) if _state(pid) not in "ZX"]


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "X"


def descriptors(pid: int) -> dict[str, int] | None:
    """How many descriptors of each kind a process has; None where it does not let us see."""
    names = _held(pid)
    return None if names is None else dict(Counter(name.partition(":[")[0] for name in names))


def _held(pid: int) -> list[str] | None:
    """Return the targets of a process's descriptors; None where they cannot be read."""
    try:
        names = [str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir()]
    except OSError:
        return None
    return [
        name for name in names if not name.endswith("/fd")
    ]  # we hold that one to see the others


def listening(pid: int) -> list[str]:
    """Return the sockets on which a process can be reached, in its own network."""
    held = _held(pid) or ()
    found = []
    for kind, (column, state) in LISTENING.items():
        table = Path(f"/proc/{pid}/net/{kind}")
        for line in table.read_text(errors="replace").splitlines()[1:] if table.exists() else []:
            words = line.split()
            inode = words[6] if kind == "unix" else words[9]
            waits = int(words[3], 16) & ACCEPTS if kind == "unix" else words[column] == state
            if waits and f"socket:[{inode}]" in held:
                found.append(f"{kind} {words[1]}")
    return found


def files(folder: Path) -> dict[str, list[int]]:
    """Every file and folder below `folder`, with what changes when somebody changes it."""
    below = {str(path.relative_to(folder)): path.lstat() for path in sorted(folder.rglob("*"))}
    return {
        name: [s.st_mode, s.st_ino, s.st_nlink, s.st_size, s.st_mtime_ns]
        for name, s in below.items()
    }
