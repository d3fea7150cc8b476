"""Calls of the student's functions that last: seen in the stack of the main thread."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Collection
from types import CodeType, FrameType

MIN_LASTING_S = 1.0  # a call that runs so long is a lasting one


class LastingCalls:
    """The calls of functions of these files that run in the main thread, as each look finds them.

    A loop that never ends keeps its own call on the stack, whatever it calls in between.
    """

    def __init__(self, files: Collection[str]) -> None:
        self._files = files
        self._since: dict[FrameType, float] = {}  # innermost last

    def look(self) -> None:
        """Note which calls run now; those that returned since the last look are forgotten."""
        now, frames = time.monotonic(), []
        frame = sys._current_frames().get(threading.main_thread().ident or 0)
        while frame is not None:
            if frame.f_code.co_filename in self._files:
                frames.append(frame)
            frame = frame.f_back
        self._since = {frame: self._since.get(frame, now) for frame in reversed(frames)}

    @property
    def functions(self) -> list[CodeType]:
        """The functions of the calls that last, the innermost one last."""
        now = time.monotonic()
        return [
            frame.f_code for frame, since in self._since.items() if now - since >= MIN_LASTING_S
        ]

    def forget(self) -> None:
        """Forget all calls: a remembered one keeps its variables alive."""
        self._since = {}
