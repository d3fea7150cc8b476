"""A watchdog: makes Python code in the main thread stop, without a process of its own, on every
system.

What it cannot stop is code that never comes back to Python: a C function that keeps the
interpreter's lock.
"""

from __future__ import annotations

import _thread
import os
import signal
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Literal

LOOK = 0.1  # seconds between two looks
AGAIN = 1.0  # seconds until code that caught the interruption is interrupted again
MOST = 3  # interruptions; code that catches them all is left running, and the process ends

Why = Literal["", "time", "superseded"]
_end = os._exit  # before student code could get another one


class Superseded(KeyboardInterrupt):
    """Raised where a run is given up because nobody waits for it; pytest lets it pass, as any
    Ctrl-C.
    """


class Watchdog:
    """Runs beside code in the main thread, in which it raises KeyboardInterrupt when that has to
    stop.
    """

    def __init__(
        self, seconds: float, is_superseded: Callable[[], bool], give_up: Callable[[], None]
    ) -> None:
        """`give_up` is called last of all, where the code cannot be stopped; then the process ends."""
        self.why: Why = ""  # it had to stop
        self.was_pressed = False  # Ctrl-C: a person wants it to stop
        self._seconds = seconds
        self._is_superseded = is_superseded
        self._give_up = give_up
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Watchdog:
        """Begin to watch."""
        self._before = signal.signal(signal.SIGINT, self._interrupted)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        """Stop watching; an interruption that is under way arrives before this returns."""
        self._over.set()
        self._thread.join()
        signal.signal(signal.SIGINT, self._before)

    def _interrupted(self, *_: object) -> None:
        self.was_pressed = not self.why
        raise KeyboardInterrupt

    def _watch(self) -> None:
        deadline = time.monotonic() + self._seconds
        while not self._over.wait(LOOK):
            if time.monotonic() > deadline:
                self.why = "time"
            elif self._is_superseded():
                self.why = "superseded"
            if self.why:
                return self._stop()
        return None

    def _stop(self) -> None:
        for _ in range(MOST):
            if hasattr(signal, "pthread_kill"):  # also ends a wait
                signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
            else:
                _thread.interrupt_main()
            if self._over.wait(AGAIN):
                return
        self._give_up()
        _end(1)
