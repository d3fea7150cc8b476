"""Seeds of workers and of the judge, derived from the run's one seed."""

from __future__ import annotations

import random

import torch

from autograder.grading.workers.seeds import SeedSource, derive_seed


def test_a_seed_is_the_same_for_the_same_context() -> None:
    """Staff can repeat a run."""
    assert derive_seed(7, "digest", "check") == derive_seed(7, "digest", "check")


def test_every_part_of_the_context_changes_a_seed() -> None:
    """Another run, submission or check has another seed, and so has a context of fewer parts."""
    seeds = {
        derive_seed(7, "digest", "check"),
        derive_seed(8, "digest", "check"),
        derive_seed(7, "other", "check"),
        derive_seed(7, "digest", "other"),
        derive_seed(7, "digestcheck"),
    }
    assert len(seeds) == 5


def test_a_seed_fits_into_63_bits() -> None:
    """Torch and numpy take it as it is."""
    assert all(0 <= derive_seed(seed) < 1 << 63 for seed in range(200))


def test_a_worker_does_not_get_the_seed_of_a_check() -> None:
    """A worker that is made for one check cannot compute the hidden inputs from its seed."""
    seeds = SeedSource(7, "digest")
    assert seeds.for_worker("worker for test_mean") != seeds.for_check("test_mean")


def test_the_judge_draws_the_same_numbers_for_the_same_check() -> None:
    """Both of its generators are seeded."""
    seeds = SeedSource(7, "digest")
    drawn = []
    for _ in range(2):
        seeds.seed_judge("test_mean")
        drawn.append((random.random(), torch.rand(1).item()))
    assert drawn[0] == drawn[1]
