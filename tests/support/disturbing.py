"""Disturbing a run: its processes by role, kill -9 when chance chooses, and what it left on the
machine.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import random
import select
import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from autograder.results import from_json
from tests.support.command_line import (
    CLASS,
    TINY,
    Running,
    descendants,
    left_alive,
    watched,
    written,
)

Role = Literal["run", "judge", "zygote", "worker"]
SEED = "7"
LOOK_AGAIN = 10  # milliseconds after which a process that is awaited may have come
DELAY = 300  # milliseconds, at most, between one death and the next attempt


def running(out: Path, *options: object) -> Running:
    """Start a run over the class of the tiny course, whose files are the same each time."""
    return Running("grade", CLASS, "--out", out, "--course", TINY, "--seed", SEED, *options)


def by_role(run: Running) -> dict[Role, list[int]]:
    """Return the ids of a run's processes that are alive, by role."""
    parents, found = {}, {}
    for pid in descendants(run.process.pid):
        with contextlib.suppress(OSError):
            parents[pid] = int(
                Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[1]
            )
            found[pid] = b"autograder.sandbox.zygote" in Path(f"/proc/{pid}/cmdline").read_bytes()
    main = run.process.pid
    zygotes = [
        p for p in found if found[p] and parents[p] == main
    ]  # at level A its child is the zygote itself
    zygotes += [p for p in found if found[p] and parents[p] in zygotes]
    return {
        "run": [main],
        "judge": [p for p in found if not found[p] and parents[p] == main],
        "zygote": zygotes,
        "worker": [p for p in found if found[p] and p not in zygotes],
    }


@dataclass(slots=True, kw_only=True)
class Story:
    """What came of a chain of runs that were disturbed."""

    killed: Counter[Role] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)  # what runs wrote to stderr
    wrong: list[str] = field(
        default_factory=list
    )  # result files that were neither absent, whole, nor for review
    alive: list[int] = field(default_factory=list)  # processes that outlived their run
    completed: list[dict[str, bytes]] = field(default_factory=list)  # what each OUT held in the end


def chain(folder: Path, roles: list[Role], expected: dict[str, bytes], *options: object) -> Story:
    """Run into one OUT after the other, repeating each until it completes, and kill all `roles`."""
    story = Story()
    chance = random.Random(len(roles))
    chance.shuffle(roles)
    while roles:
        out = folder / f"out-{len(story.completed)}"
        status = None
        while status != 0:
            run = running(out, *options)
            with watched([run.process.pid]) as (main,):
                while roles and _kill(run, main, roles[-1], chance.uniform(0, DELAY), story):
                    roles.pop()
                    story.wrong += _wrong(out, expected)
                status, _, stderr = run.finish()
            story.statuses[status] += 1
            story.complaints += [stderr] if stderr else []
            story.wrong += _wrong(out, expected)
        story.completed.append(written(out))
    return story


def _kill(run: Running, main: int, role: Role, delay: float, story: Story) -> bool:
    """After a while, kill a process of a role, as soon as there is one; False if the run ends
    before.
    """
    wait = delay
    while not _ends_within(main, wait):
        with watched(descendants(run.process.pid)) as handles:
            if _strike(by_role(run)[role][-1:]):
                story.killed[role] += 1
                story.alive += left_alive(handles) if role == "run" else []
                return True
        wait = LOOK_AGAIN
    return False


def _strike(victims: list[int]) -> bool:
    """Kill processes; whether there was one."""
    try:
        for victim in victims:
            os.kill(victim, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return bool(victims)


def _ends_within(process: int, milliseconds: float) -> bool:
    poll = select.poll()
    poll.register(process, select.POLLIN)
    return bool(poll.poll(milliseconds))


def _wrong(out: Path, expected: dict[str, bytes]) -> Iterator[str]:
    """Yield the result files that are neither as if undisturbed nor for review without a point."""
    for name, content in written(out).items():
        if name.startswith("results/") and content != expected[name]:
            sheet = from_json(content.decode())
            if sheet.status != "needs_review" or any(
                score.earned is not None for score in sheet.scores
            ):
                yield name


def belongings(temporary: Path) -> dict[str, list[str]]:
    """Return what runs could leave: temporary files, mounts, shared memory, cgroups not held."""
    return {
        "temporary": sorted(str(path.relative_to(temporary)) for path in temporary.rglob("*")),
        "mounts": Path("/proc/self/mountinfo").read_text().splitlines(),
        "shared memory": sorted(path.name for path in Path("/dev/shm").iterdir()),
        "cgroups": sorted(
            map(str, filter(is_free, Path("/sys/fs/cgroup").rglob("autograder-run-*")))
        ),
    }


def is_free(folder: Path) -> bool:
    """Whether nobody holds a folder any more."""
    try:
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(lock)
    return True
