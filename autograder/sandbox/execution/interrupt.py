"""The end of a statement whose time is up (runs inside)."""

from __future__ import annotations

import signal
from collections.abc import Callable

REPEAT_S = 0.1  # until a statement that caught the interruption is interrupted again


class OutOfTime(BaseException):
    """Raised in a statement that leaves the others no time; no `except Exception` catches it."""


def run_within(seconds: float | None, function: Callable[[], None]) -> None:
    """Call a function, and raise OutOfTime in it after so many seconds; None: no limit."""
    if seconds is None:
        function()
        return

    def stop(*_: object) -> None:
        raise OutOfTime(f"stopped after {seconds:.1f} s")

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, REPEAT_S), REPEAT_S)
    try:
        function()
    # no `with`: a signal between the end of its body and its exit would leave the timer on
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
