"""A cluster whose processes are killed: nothing is lost, and no mark changes."""

from __future__ import annotations

import os
import random
import signal
from pathlib import Path

import pytest

from tests.support.cluster import make_class, victim
from tests.support.command_line import TINY, Running, grade, written

KILLS = 20
STUDENTS = 30
SEED = ("--seed", "7")


def kill_random(run: Running, rng: random.Random) -> bool:
    """Kill one of the processes of a run, whatever it is doing; False where there is none."""
    process = victim(run.process.pid, rng)
    if process is None:
        return False
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def run_with_kills(words: tuple[object, ...], rng: random.Random, left: int) -> tuple[int, int]:
    """Run to the end, and kill a process after each line until none of the kills is left.

    Return the exit status, and how many kills are left.
    """
    run = Running(*words)
    assert run.process.stdout is not None
    for line in run.process.stdout:
        if line.startswith("[") and left:
            left -= kill_random(run, rng)
    return run.finish()[0], left


@pytest.mark.parametrize("seed", [17])
def test_twenty_random_kills_change_nothing(tmp_path: Path, seed: int) -> None:
    """Workers, nodes, judges and zygotes are killed; the same command ends with the same bytes."""
    submitted, out = make_class(tmp_path / "in", STUDENTS), tmp_path / "out"
    words = ("grade", submitted, "--out", out, "--course", TINY, *SEED, "--cluster", "local:2")
    rng, left, status = random.Random(seed), KILLS, -1
    for _ in range(KILLS):
        status, left = run_with_kills(words, rng, left)
        if status == 0:
            break
    assert (status, left) == (0, 0)
    assert grade(submitted, tmp_path / "one", *SEED).returncode == 0
    assert written(out) == written(tmp_path / "one")
