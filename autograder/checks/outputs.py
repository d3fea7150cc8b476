"""Outputs that networks gave to images, kept by what they depend on: equal work is done once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from torch import Tensor

MAX_KEPT_BYTES = 16 << 20  # of outputs that one process keeps

_kept: OrderedDict[str, Tensor] = OrderedDict()  # by the digest of all that an output depends on


def output_once(digest: str, compute: Callable[[], Tensor]) -> Tensor:
    """Return the output with this digest; compute it where none is kept.

    Those that were used longest ago are dropped where they take too much memory.
    """
    if digest not in _kept:
        _kept[digest] = compute()
    _kept.move_to_end(digest)
    while len(_kept) > 1 and sum(map(_size, _kept.values())) > MAX_KEPT_BYTES:
        _kept.popitem(last=False)
    return _kept[digest]


def _size(output: Tensor) -> int:
    return output.numel() * output.element_size()
