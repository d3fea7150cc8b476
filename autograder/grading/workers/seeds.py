"""Seeds of random numbers, for workers and for the judge, from the run's one secret seed."""

from __future__ import annotations

import functools
import hashlib
import hmac
import random

import numpy as np
import torch

WORKER_SEED_BYTES = 8
# Torch's generator on the CPU is a Mersenne Twister. What `get_state` returns of it, in bytes:
STATE_WORDS = 624  # of 32 bits, each in 8 bytes
STATE_WORDS_AT = 24  # after seed, counter, flag and position
STATE_BYTES = 5056  # with what a normal distribution keeps


def derive_key(seed: int, *context: str) -> bytes:
    """Return 256 bits for a context: staff can repeat them, students cannot predict them."""
    return hmac.new(str(seed).encode(), "\0".join(context).encode(), hashlib.sha256).digest()


def fill_state(generator: torch.Generator, key: bytes) -> None:
    """Seed a generator of the CPU with all bits of its state.

    `manual_seed` uses 32 bits of its number. Whoever sees a tensor of such a generator can find
    them by trying all.
    """
    words = np.frombuffer(hashlib.shake_256(key).digest(4 * STATE_WORDS), "<u4").astype("<u8")
    filled = _fresh_state().copy()
    filled[STATE_WORDS_AT : STATE_WORDS_AT + 8 * STATE_WORDS] = words.view(np.uint8)
    generator.set_state(torch.from_numpy(filled))


@functools.cache
def _fresh_state() -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    """Return a state whose first draw computes from the words, and that keeps no normal number."""
    state = torch.Generator().manual_seed(0).get_state()
    assert state.numel() == STATE_BYTES
    return state.numpy()


class SeedSource:
    """The seeds that grade one submission.

    Workers and the judge have keys of their own: no seed of a worker leads to a number of the
    judge, and none of the judge's numbers leads to one that it draws after another question.
    """

    def __init__(self, seed: int, submission_digest: str) -> None:
        self._seed = seed
        self._digest = submission_digest

    def for_worker(self, scope: str) -> int:
        """Return the seed of a worker, of 63 bits, from the scope that it is made for."""
        return self._of_worker("worker", scope)

    def for_request(self, name: str, question: int) -> int:
        """Return the seed of a request to a worker, of 63 bits, whichever worker answers it."""
        return self._of_worker("request", name, str(question))

    def _of_worker(self, kind: str, *context: str) -> int:
        key = derive_key(self._seed, kind, self._digest, *context)
        return int.from_bytes(key[:WORKER_SEED_BYTES], "little") >> 1

    def for_judge(self, check: str, question: int = 0) -> bytes:
        """Return the key of what the judge draws in a check after so many questions."""
        return derive_key(self._seed, "judge", self._digest, check, str(question))

    def seed_judge(self, check: str, question: int = 0) -> None:
        """Seed the judge's generators for what it draws in a check after so many questions."""
        key = self.for_judge(check, question)
        fill_state(torch.default_generator, key)
        random.seed(key)
