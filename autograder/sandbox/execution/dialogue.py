"""A student's function that halts where a probe reports a step or asks a question (runs inside).

Student code can rewrite a record that lies beside it until it ends. In a dialogue every step is
reported when it happens, and the function is blocked until the judge replies: a function cannot
fake a step.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue

from autograder.sandbox.protocol import PlainData


class Dialogue:
    """A function in a thread of its own, which asks one question at a time."""

    def __init__(self, function: Callable[[], PlainData]) -> None:
        self._function = function
        self._steps: SimpleQueue[tuple[PlainData, BaseException | None]] = SimpleQueue()
        self._answers: SimpleQueue[PlainData] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._has_ended = False

    def ask(self, question: PlainData) -> PlainData:
        """Halt the function that calls this until there is an answer; None once it has ended."""
        if self._has_ended:  # what it left behind may still ask: a generator when it is freed
            return None
        self._steps.put((question, None))
        return self._answers.get()

    def go_on(self, answer: PlainData = None) -> PlainData:
        """Continue the function with the answer to its last question.

        Return its next question, or at its end its value. What it raises is raised here, with its
        own frames.
        """
        if self._thread.ident is None:
            self._thread.start()
        else:
            self._answers.put(answer)
        step, error = self._steps.get()
        if error is not None:
            raise error
        return step

    def _run(self) -> None:
        end: tuple[PlainData, BaseException | None]
        try:
            end = self._function(), None
        except BaseException as error:  # SystemExit too: `go_on` raises whatever ends it
            end = None, error
        self._has_ended = True
        self._steps.put(end)

    def __deepcopy__(self, _memo: object) -> Dialogue:
        """Return this dialogue: a copied network goes on with the same one."""
        return self
