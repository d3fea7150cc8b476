"""How many processors this process may use, and the environment that keeps torch to one thread."""

from __future__ import annotations

import os


def usable_cpus() -> int:
    """Return how many processors this process may use; 1 where the system does not say."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


def use_one_thread() -> None:
    """Keep torch, which is imported later, to one thread in this process and its children.

    Judges are forked, and a fork of a process that has computed in parallel may wait for ever.
    """
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")
