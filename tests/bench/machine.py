"""The machine of a benchmark: what it is, and how busy it was before."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TypedDict

MAX_QUIET_LOAD = 0.5  # processes; with more, others took a part of the time


class Machine(TypedDict):
    """Where and when figures were measured, as it is written with them."""

    cpu: str
    cores: int
    python: str
    torch: str
    date: str
    load_before: float  # processes that ran or waited to run in the last minute


def this_machine() -> Machine:
    """Return what is known of this machine now, before anything is measured."""
    return Machine(
        cpu=_cpu_name(),
        cores=len(os.sched_getaffinity(0)),
        python=platform.python_version(),
        torch=version("torch"),
        date=datetime.now(UTC).date().isoformat(),
        load_before=round(os.getloadavg()[0], 2),
    )


def described(machine: Machine) -> str:
    """Return a line about a machine."""
    return (
        f"{machine['cpu']}, {machine['cores']} cores, Python {machine['python']}, "
        f"torch {machine['torch']}, {machine['date']}. {load_sentence(machine)}"
    )


def load_sentence(machine: Machine) -> str:
    """Return how busy the machine was before, and what that means where it was busy."""
    sentence = f"Load before: {machine['load_before']:.2f}."
    if machine["load_before"] <= MAX_QUIET_LOAD:
        return sentence
    return f"{sentence} The machine was busy: these figures are to be measured again."


def _cpu_name() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
