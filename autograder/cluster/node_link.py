"""The head's link to one node: questions through Dask, each with a limit of time."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from autograder.cluster import node_host
from autograder.cluster.frames import Frame, FrameError, packed, unpacked
from autograder.cluster.messages import Answer, answer_of

if TYPE_CHECKING:
    from distributed import Client

STOP_TIMEOUT_S = 15.0
SETTLE_S = 3.0  # until the scheduler has noticed that a worker is gone


class NodeLost(Exception):
    """Raised where a node answers no more; the text says why.

    `is_final` says that it would not serve after a new start either, `is_counted` that a hand-in
    may have been the cause.
    """

    def __init__(
        self,
        reason: str,
        *,
        is_final: bool = False,
        is_course: bool = False,
        is_counted: bool = True,
    ) -> None:
        super().__init__(reason)
        self.is_final = is_final
        self.is_course = is_course
        self.is_counted = is_counted


class NodeLink:
    """One worker of Dask, and the node's process in it that serves this run."""

    def __init__(self, client: Client, address: str, token: str, *, is_quiet: bool) -> None:
        self.address = address
        self.is_gone = asyncio.Event()  # Dask's scheduler has lost the worker
        self._client = client
        self._token = token
        self._is_quiet = is_quiet
        self._pinging: asyncio.Task[None] | None = None

    async def begin(self, frame: Frame, seconds: float) -> Answer:
        """Start the node's process, and prepare it; NodeLost where it cannot serve."""
        return await self._call(node_host.begin, packed(frame), seconds, self._is_quiet)

    async def ask(self, frame: Frame, seconds: float) -> Answer:
        """Return the answer to a question; NodeLost where none comes within so many seconds."""
        return await self._call(node_host.ask, packed(frame), seconds)

    def ping(self) -> None:
        """Let the node know that the head is there; nobody waits for its answer."""
        if self._pinging is None or self._pinging.done():
            self._pinging = asyncio.create_task(self._ping())

    async def _ping(self) -> None:
        with contextlib.suppress(Exception):  # whatever Dask raises: the next question will tell
            await self._run(node_host.ask, self._token, node_host.PING)

    async def settle(self) -> None:
        """Wait a moment for news that the worker is gone."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.is_gone.wait(), SETTLE_S)

    async def stop(self) -> None:
        """End the node's process, as far as its worker can still be reached."""
        if self._pinging is not None:
            self._pinging.cancel()
        if not self.is_gone.is_set():
            try:
                async with asyncio.timeout(STOP_TIMEOUT_S):
                    await self._run(node_host.stop, self._token)
            except Exception:  # whatever Dask raises: the node ends with its worker or its lease
                return

    async def _call(
        self, function: object, content: bytes, seconds: float, *options: object
    ) -> Answer:
        call = asyncio.ensure_future(self._run(function, self._token, content, *options))
        gone = asyncio.ensure_future(self.is_gone.wait())
        try:
            await asyncio.wait({call, gone}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if call.done():
                return _answer(call)
            if gone.done():
                raise NodeLost("its worker is gone", is_final=True)
            raise NodeLost(f"no answer within {seconds:.0f} s", is_final=True)
        finally:
            for each in (call, gone):
                each.cancel()

    async def _run(self, function: object, *arguments: object) -> object:
        """Call a function in the worker; only texts and bytes of ours are sent and come back."""
        answers = await self._client.run(function, *arguments, workers=[self.address])
        return answers.get(self.address)


def _answer(call: asyncio.Future[object]) -> Answer:
    """Return what a node answered; NodeLost where it says that it serves no more."""
    error = call.exception()
    if error is not None:  # of Dask: the connection or the worker broke
        raise NodeLost(f"its worker is gone ({type(error).__name__})")
    content = call.result()
    try:
        answer = answer_of(unpacked(content if isinstance(content, bytes) else b""))
    except FrameError as damage:
        raise NodeLost(f"it answered nonsense: {damage}", is_final=True) from None
    if answer.fatal:
        raise NodeLost(
            answer.fatal,
            is_final=not answer.has_ended,
            is_course=answer.is_course,
            is_counted=answer.has_ended,
        )
    return answer
