"""A timer of this process's own CPU time, which raises in the main thread."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

REPEAT_S = 0.1  # of CPU time, after which code that caught the error gets it again


class CpuTimer:
    """A timer that raises an error once so many CPU seconds are used, but never while it is held.

    CPU time and not the wall clock: other processes of a busy machine do not use it up. A C
    function is interrupted when it returns to Python.
    """

    def __init__(self) -> None:
        self._error: Callable[[], Exception] | None = None  # None: it is not running
        self._is_held = False

    @contextmanager
    def running(self, seconds: float, error: Callable[[], Exception]) -> Iterator[None]:
        """Raise `error()` in the block once it has used `seconds`; only in the main thread."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.signal(signal.SIGPROF, self._expired)
        self._error = error
        signal.setitimer(signal.ITIMER_PROF, max(seconds, REPEAT_S), REPEAT_S)
        try:
            yield
        finally:
            self._error = None
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let the block finish, whatever it takes; the error comes right afterwards."""
        outer, self._is_held = self._is_held, True
        try:
            yield
        finally:
            self._is_held = outer

    def _expired(self, *_: object) -> None:
        if self._error is not None and not self._is_held:
            raise self._error()
