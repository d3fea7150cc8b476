"""Shared parts of the fuzzers: number of examples, mutated bytes, limits of an example.

`FUZZ=20000 pytest tests/fuzz` runs 20,000 examples of each; by default a few, always the same.
"""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

MANY = int(os.environ.get("FUZZ", "0"))
FEW = 60
SECONDS = 10  # that one example may take on a busy machine
MEMORY = 512 << 20  # bytes that all examples of one fuzzer may take beyond what there was
MIB = 1 << 20


def examples(share: float = 1.0) -> Callable[[Any], Any]:
    """Return the settings of a fuzzer; slow examples have a smaller share."""
    return settings(
        max_examples=max(5, int((MANY or FEW) * share)),
        deadline=None,  # see `limited`
        derandomize=not MANY,
        database=None,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )


@contextmanager
def limited(memory: int = MEMORY) -> Iterator[None]:
    """Limit time and memory for a block; MemoryError if the memory does not suffice."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise AssertionError(f"no end after {SECONDS} s")

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_address_space() + memory, hard))
    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _address_space() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


@st.composite
def mutated(draw: st.DrawFn, seeds: Sequence[bytes], tokens: Sequence[bytes] = ()) -> bytes:
    """Return a strategy: a seed after some edits, with bytes flipped, parts cut or tokens added."""
    data = bytearray(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        end = min(len(data), at + draw(st.sampled_from((1, 2, 4, 8, 30, 200, 5000))))
        match draw(st.integers(0, 6 if tokens else 5)):
            case 0:
                data[at:end] = draw(st.binary(max_size=8))
            case 1:
                del data[at:end]
            case 2:
                data[at:at] = data[at:end] * draw(st.sampled_from((1, 2, 50)))
            case 3 if at < len(data):
                data[at] ^= 1 << draw(st.integers(0, 7))
            case 4:
                number = draw(
                    st.sampled_from((0, 1, 0x7F, 0xFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 0x80000000))
                )
                width = draw(st.sampled_from((1, 2, 4)))
                data[at : at + width] = (number & ((1 << 8 * width) - 1)).to_bytes(width, "little")
            case 5:
                other = draw(st.sampled_from(seeds))
                data[at:] = other[draw(st.integers(0, len(other))) :]
            case 6:
                data[at:at] = draw(st.sampled_from(tokens)) * draw(
                    st.sampled_from((1, 1, 1, 40, 2000))
                )
    return bytes(data[: 2 * MIB])
