"""The cuts at which a network shares its work: those that earlier submissions had."""

from __future__ import annotations

import functools
import hashlib
import platform
from collections.abc import Callable, Sequence
from pathlib import Path

import torch

from autograder.blocks.store import BlockStore
from autograder.programs.cuts import Cut

KIND = "activations 1"  # of what is kept: another number where it is computed in another way
SEEN_FILE = "seen"  # the cuts of earlier submissions
MAX_SEEN = 50_000  # cuts that are remembered
# What passes a cut is kept for the first submission that has it where it is at most so large.
MAX_EAGER_BYTES = 16 << 10


def choose_cuts(cuts: Sequence[Cut], store: BlockStore, name_of: Callable[[Cut], str]) -> list[Cut]:
    """Return the last cut that is kept already, and the last later one that is worth keeping.

    That is one which an earlier submission had, too. The first submission of all keeps what is
    small, such as the features behind the pooling.
    """
    cuts = [cut for cut in cuts if cut.block_bytes <= store.max_block_bytes]
    kept = [cut for cut in cuts if store.file(name_of(cut)) is not None][-1:]
    start = kept[0].position if kept else 0
    earlier = _seen([cut for cut in cuts if cut.position > start], store)
    if not kept and not earlier:
        earlier = [cut for cut in cuts if cut.block_bytes <= MAX_EAGER_BYTES][:1]
    return [*kept, *earlier[-1:]]


def _seen(cuts: Sequence[Cut], store: BlockStore) -> list[Cut]:
    """Return the cuts that an earlier submission had, and remember all."""
    file = store.make(SEEN_FILE, 0, {})
    if file is None or not cuts:
        return []
    keys = [bytes.fromhex(cut.digest) for cut in cuts]
    found = file.read(keys)
    if file.known_count < MAX_SEEN:
        new = [key for key, block in zip(keys, found, strict=True) if block is None]
        store.append(file, new, [b""] * len(new))
    return [cut for cut, block in zip(cuts, found, strict=True) if block is not None]


def name_of_cut(way: str, cut: Cut, store: BlockStore) -> str:
    """Return the name of what passes a cut in a store, from everything that it depends on."""
    machine = _machine(bool(torch._C._get_mkldnn_enabled()))
    words = (KIND, machine, store.surroundings, way, cut.digest)
    return hashlib.sha256("\n".join(words).encode()).hexdigest()


@functools.cache
def _machine(onednn: bool) -> str:
    """Return what decides how kernels round on this machine, beside operations and values."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text("utf-8", "replace").splitlines() if cpuinfo.is_file() else []
    wanted = ("model name", "flags", "Features", "CPU part", "cache size")
    return "\n".join(
        [
            f"torch {torch.__version__} {torch.backends.cpu.get_cpu_capability()} onednn {onednn}",
            f"{platform.machine()} {platform.processor()}",
            *sorted({line for line in lines if line.startswith(wanted)}),
        ]
    )
