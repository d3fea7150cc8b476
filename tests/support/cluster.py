"""A cluster of a few processes on this machine, and what a test kills of it."""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from pathlib import Path

from tests.support.command_line import CLASS, descendants

# Of the tiny course's class: those whose code ends soon.
QUICK = ("adds", "begins", "detaches", "miscounts", "raises", "right")
# Words in the command lines of a run's processes, by what they are.
KINDS = {
    "worker of Dask": b"multiprocessing.spawn",
    "node or judge": b"autograder.cluster.node",
    "zygote": b"autograder.sandbox.zygote",
}


def make_class(folder: Path, count: int) -> Path:
    """Write the hand-ins of so many students for the tiny course, and return the folder."""
    for number in range(count):
        source = CLASS / QUICK[number % len(QUICK)] / "tensors"
        shutil.copytree(source, folder / f"student{number:03}" / "tensors")
    return folder


def processes(pid: int) -> dict[str, list[int]]:
    """Return the ids of a run's processes by what they are, those of workers' children too."""
    found: dict[str, list[int]] = {kind: [] for kind in KINDS}
    for process in sorted(descendants(pid)):
        try:
            line = Path(f"/proc/{process}/cmdline").read_bytes()
        except OSError:
            continue
        for kind, words in KINDS.items():
            if words in line:
                found[kind].append(process)
    return found


def victim(pid: int, rng: random.Random) -> int | None:
    """Return one of a run's processes: first a kind is drawn, then one of that kind."""
    alive: Sequence[list[int]] = [found for found in processes(pid).values() if found]
    return rng.choice(rng.choice(alive)) if alive else None
