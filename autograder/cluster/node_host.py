"""What runs in a worker of Dask: it starts a node's process, carries frames to it, and ends it.

The worker reads no hand-in and runs no grader. Dask calls `ask` and `stop` with texts and bytes.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import time

from autograder.cluster.frames import PREFIX, FrameError, header_in, packed, sizes_in
from autograder.cluster.messages import PREPARED, Answer, answer_frame

LEASE_S = 120.0  # without a question for so long, the head is gone, and the node ends
CLOSE_TIMEOUT_S = 10.0
PING = b""  # a question that only says that the head is there
# Judges are forked from the node: no library may start threads in it.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class NodeProcess:
    """The process of a node, and the questions that it has not answered yet."""

    def __init__(self) -> None:
        self.asked_at = time.monotonic()
        self._waiting: dict[int, asyncio.Future[bytes]] = {}  # by the number of the question
        self._ended = ""  # why it answers no more
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self, *, is_quiet: bool) -> None:
        """Start the process; it ends with the thread that calls this, which runs Dask's loop."""
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "autograder.cluster.node"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if is_quiet else None,
            env={**os.environ, **ONE_THREAD},
            start_new_session=True,  # Ctrl-C is the head's to handle
        )
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._watch())]

    async def ask(self, frame: bytes) -> bytes:
        """Return the answer to a question, or that the process has ended."""
        self.asked_at = time.monotonic()
        if frame == PING:
            return PING
        number = number_in(frame)
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        if self._ended:
            self._fail(self._ended)
        else:
            assert self._process.stdin is not None
            self._process.stdin.write(frame)
        return await answer

    async def stop(self) -> None:
        """End the process: by the end of its questions, or by a signal."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), CLOSE_TIMEOUT_S)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
        for task in self._tasks:
            if task is not asyncio.current_task():
                task.cancel()
        self._fail("it was ended")

    async def _read(self) -> None:
        """Pass answers on until the process ends."""
        stream = self._process.stdout
        assert stream is not None
        try:
            while True:
                prefix = await stream.readexactly(PREFIX.size)
                content = prefix + await stream.readexactly(sum(sizes_in(prefix)))
                number = number_in(content)
                if waiting := self._waiting.pop(number, None):
                    waiting.set_result(content)
                else:  # the course or the machine is at fault
                    self._fail_with(content)
        except (asyncio.IncompleteReadError, FrameError, OSError):
            status = await self._process.wait()
            self._fail(f"its process ended with status {status}")

    async def _watch(self) -> None:
        """End the process where the head is gone."""
        while time.monotonic() - self.asked_at < LEASE_S:
            await asyncio.sleep(LEASE_S / 10)
        await self.stop()

    def _fail(self, reason: str) -> None:
        """Answer every question with the end of the process."""
        self._ended = self._ended or reason
        answer = Answer(id=PREPARED, fatal=self._ended, has_ended=True)
        self._fail_with(packed(answer_frame(answer)))

    def _fail_with(self, content: bytes) -> None:
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_result(content)
        self._waiting.clear()


_processes: dict[str, NodeProcess] = {}  # by the token of a run


def number_in(content: bytes) -> int:
    """Return the number of the question that a frame asks or answers."""
    return int(header_in(content)["id"])


async def begin(token: str, frame: bytes, is_quiet: bool) -> bytes:
    """Start a node's process for a run, in the place of an earlier one, and prepare it."""
    await stop(token)
    process = _processes[token] = NodeProcess()
    await process.start(is_quiet=is_quiet)
    return await process.ask(frame)


async def ask(token: str, frame: bytes) -> bytes:
    """Ask the node of a run, and return its answer."""
    process = _processes.get(token)
    if process is None:
        answer = Answer(id=PREPARED, fatal="it was ended", has_ended=True)
        return packed(answer_frame(answer))
    return await process.ask(frame)


async def stop(token: str) -> None:
    """End the node of a run."""
    process = _processes.pop(token, None)
    if process is not None:
        await process.stop()
