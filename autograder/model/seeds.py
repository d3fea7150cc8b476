"""Seeds of a run: 128 random bits, written as hex."""

from __future__ import annotations

import secrets

SEED_BITS = 128


def draw_seed() -> int:
    """Return a fresh seed that nobody can foretell."""
    return secrets.randbits(SEED_BITS)


def format_seed(seed: int) -> str:
    """Return a seed as text: programs that read JSON round numbers of more than 53 bits."""
    return hex(seed)


def parse_seed(text: str) -> int:
    """Return the seed that a text states, in decimal or in hex; ValueError where it is none."""
    seed = int(text, 0)
    if not 0 <= seed < 1 << SEED_BITS:
        raise ValueError(f"expected a seed from 0 to 2^{SEED_BITS} - 1")
    return seed
