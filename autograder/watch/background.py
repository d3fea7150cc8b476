"""Work beside the watcher: a function in a forked process, so that grading goes on meanwhile."""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Generic, TypeVar

from autograder.errors import AutograderError, HostError
from autograder.sandbox.kernel import PDEATHSIG, prctl

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Generic[T]):
    """How a function in another process ended: with a value, or with an error."""

    value: T | None = None
    error: AutograderError | None = None


class BackgroundTask(Generic[T]):
    """A function that runs in a process of its own."""

    def __init__(self, function: Callable[[], T]) -> None:
        context = get_context("fork")
        self.connection, other = context.Pipe()
        self._process = context.Process(target=_run, args=(function, other, os.getpid()))
        self._process.start()
        other.close()

    def outcome(self) -> Outcome[T] | None:
        """Return how it ended; None while it runs."""
        if not self.connection.poll():
            return None
        try:
            outcome: Outcome[T] = self.connection.recv()
        except (EOFError, OSError):
            outcome = Outcome(error=HostError("a process of the watch was killed; it tries again"))
        self._process.join()
        self.connection.close()
        return outcome

    def kill(self) -> None:
        """End it now."""
        self._process.kill()
        self._process.join()


def detach_from_terminal(parent: int) -> None:
    """Leave signals to the watcher, which ends this process; end with it where it is killed.

    The signals are handled, not ignored: programs that this process starts get them as usual.
    """
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave_to_watcher)
    prctl(PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it was killed before that call
        os._exit(0)


def as_host_error(error: OSError, folder: object = "a folder of the watch") -> HostError:
    """Return an error of a file, such as a full disk, as one that names the file, or its folder."""
    place = error.filename2 or error.filename or folder
    return HostError(f"{place}: {error.strerror or error}; what was finished is kept")


def _leave_to_watcher(_number: int, _frame: object) -> None:
    """Do nothing."""


def _run(function: Callable[[], T], connection: Connection, parent: int) -> None:
    detach_from_terminal(parent)
    outcome: Outcome[T]
    try:
        outcome = Outcome(value=function())
    except AutograderError as error:
        outcome = Outcome(error=error)
    except OSError as error:
        outcome = Outcome(error=as_host_error(error))
    except Exception:
        outcome = Outcome(error=HostError(f"a fault of the harness: {traceback.format_exc()}"))
    connection.send(outcome)
    connection.close()
