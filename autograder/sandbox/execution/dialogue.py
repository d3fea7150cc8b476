"""A student's function that halts where a probe has something to tell or to ask (runs inside).

A record that is kept beside student code until it ends is one that it can rewrite. In a dialogue
every step is told when it happens, before the judge says what comes next: to tell the right story
the code has to live it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any


class Dialogue:
    """A function in a thread of its own, one question at a time."""

    def __init__(self, function: Callable[[], Any]) -> None:
        self._function = function
        self._told: SimpleQueue[tuple[Any, BaseException | None]] = SimpleQueue()
        self._answers: SimpleQueue[Any] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._has_ended = False

    def ask(self, question: Any) -> Any:
        """Called by what the function runs: halt it until there is an answer; None at once when it
        has ended.
        """
        if (
            self._has_ended
        ):  # what it left behind may still speak: a generator says goodbye when it is freed
            return None
        self._told.put((question, None))
        return self._answers.get()

    def go_on(self, answer: Any = None) -> Any:
        """Let the function run, with the answer to its last question: its next question, or at its
        end its value.

        What it raises is raised here, with its own frames.
        """
        if self._thread.ident is None:
            self._thread.start()
        else:
            self._answers.put(answer)
        told, error = self._told.get()
        if error is not None:
            raise error
        return told

    def _run(self) -> None:
        end: tuple[Any, BaseException | None]
        try:
            end = self._function(), None
        except BaseException as error:  # SystemExit too: whatever ends it is told
            end = None, error
        self._has_ended = True
        self._told.put(end)

    def __deepcopy__(self, _memo: Any) -> Dialogue:
        """The very same: a copy of a network that speaks goes on with the same dialogue."""
        return self
