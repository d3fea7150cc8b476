"""A watchdog that interrupts Python code in the main thread, without a process of its own.

It works on every system. It cannot interrupt code that does not return to Python: a C function that
keeps the interpreter's lock.
"""

from __future__ import annotations

import _thread
import os
import signal
import threading
import time
from collections.abc import Callable, Collection
from enum import Enum
from types import CodeType, TracebackType

from autograder.student.lasting_calls import LastingCalls

POLL_S = 0.1  # between two looks at the clock
REPEAT_S = 1.0  # until code that caught the interruption is interrupted again
MAX_INTERRUPTS = 3  # code that catches them all is left running

_end_process = os._exit  # before student code could replace it


class StopReason(Enum):
    """Why the watchdog interrupted the code."""

    NONE = "none"  # it did not
    TIME = "time"  # its time is up
    REPEATED = "repeated"  # it called a function again that did not end before
    SUPERSEDED = "superseded"  # a newer run makes its result useless


class Superseded(KeyboardInterrupt):
    """Raised where a newer run makes this one useless; pytest lets it pass, as any Ctrl-C."""


def end_process() -> None:
    """End the process over student code that cannot be interrupted."""
    _end_process(1)


class Watchdog:
    """A thread beside code in the main thread, in which it raises KeyboardInterrupt."""

    def __init__(
        self,
        seconds: float,
        is_superseded: Callable[[], bool],
        give_up: Callable[[], None],
        calls: LastingCalls,
        endless: Collection[CodeType] = (),
    ) -> None:
        """Interrupt code after so many seconds, or once `is_superseded` returns True.

        Also where a call of an `endless` function lasts, one that used up its time before.
        `give_up` is called last of all, where the code cannot be interrupted.
        """
        self.reason = StopReason.NONE
        self.was_pressed = False  # Ctrl-C: a person wants the run to stop
        self.stopped_in: list[CodeType] = []  # functions whose calls lasted; innermost last
        self._seconds = seconds
        self._is_superseded = is_superseded
        self._give_up = give_up
        self._calls = calls
        self._endless = endless
        self._is_over = threading.Event()
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
        self._is_over.set()
        self._thread.join()
        self._calls.forget()
        signal.signal(signal.SIGINT, self._before)

    def _interrupted(self, *_: object) -> None:
        self.was_pressed = self.reason is StopReason.NONE
        raise KeyboardInterrupt

    def _watch(self) -> None:
        deadline = time.monotonic() + self._seconds
        while not self._is_over.wait(POLL_S):
            self._calls.look()
            lasting = self._calls.functions
            if time.monotonic() > deadline:
                self.reason = StopReason.TIME
            elif any(function in self._endless for function in lasting):
                self.reason = StopReason.REPEATED
            elif self._is_superseded():
                self.reason = StopReason.SUPERSEDED
            if self.reason is not StopReason.NONE:
                self.stopped_in = lasting
                self._stop()
                return

    def _stop(self) -> None:
        for _ in range(MAX_INTERRUPTS):
            if hasattr(signal, "pthread_kill"):  # also ends a wait
                signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
            else:
                _thread.interrupt_main()
            if self._is_over.wait(REPEAT_S):
                return
        self._give_up()
