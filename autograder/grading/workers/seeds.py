"""Seeds of random numbers, for workers and for the judge, from the run's one seed."""

from __future__ import annotations

import hashlib
import hmac
import random

import torch

SEED_BYTES = 8


def derive_seed(seed: int, *context: str) -> int:
    """Return a 63-bit seed for a context: staff can repeat it, students cannot predict it."""
    digest = hmac.new(str(seed).encode(), "\0".join(context).encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:SEED_BYTES], "little") >> 1


class SeedSource:
    """The seeds that grade one submission."""

    def __init__(self, seed: int, submission_digest: str) -> None:
        self._seed = seed
        self._digest = submission_digest

    def for_worker(self, scope: str) -> int:
        """Return the seed of a worker, from the scope that it is made for.

        A scope is never the name of a check: a worker that knew the check's seed could compute the
        hidden inputs.
        """
        return derive_seed(self._seed, self._digest, scope)

    def for_check(self, check: str) -> int:
        """Return the seed of the judge's random numbers for a check."""
        return derive_seed(self._seed, self._digest, check)

    def seed_judge(self, check: str) -> None:
        """Seed the judge's generators for a check."""
        seed = self.for_check(check)
        torch.default_generator.manual_seed(seed)
        random.seed(seed)
