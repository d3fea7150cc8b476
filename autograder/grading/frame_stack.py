"""Room for the frames of a judge, which calls many small functions at one depth.

CPython keeps the frames of Python functions in chunks of 16 KiB. Where a loop calls a function
whose frame does not fit into a chunk any more, each call maps and unmaps the next one: a tenth of a
judge's CPU time. A frame that needs a large chunk leaves the rest of it to those of its callees.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

SLOT_BYTES = 8  # of one value in a frame
FRAME_BYTES = 72 << 10  # its chunk has the next power of two: 56 KiB are left


def call_with_room(function: Callable[[], T]) -> T:
    """Return what a function returns; the frames of what it calls are in one chunk."""
    return function()


call_with_room.__code__ = call_with_room.__code__.replace(co_stacksize=FRAME_BYTES // SLOT_BYTES)
