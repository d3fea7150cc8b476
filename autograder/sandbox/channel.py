"""The judge's end of a worker's wire and output pipe (runs outside): frames within a deadline."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import time

from autograder.sandbox import wire
from autograder.sandbox.protocol import PlainData

PIPE_BYTES = 1 << 20  # the most that a pipe holds
READ_BYTES = 65536  # of the output pipe at a time


class Channel:
    """A socket for frames and a pipe with what the worker prints.

    The pipe is emptied while the judge waits for the socket, or a worker that prints would block.
    """

    def __init__(self, connection: socket.socket, pipe: int, max_output: int) -> None:
        """Keep at most `max_output` bytes of what is printed between two `take_output` calls."""
        self.wire = connection
        self._pipe = pipe
        self._max_output = max_output
        self._output = bytearray()
        os.set_blocking(pipe, False)
        connection.setblocking(False)

    def send(self, parts: list[bytes], deadline: float) -> None:
        """Write the parts of a frame; TimeoutError after the deadline."""
        for part in parts:
            view = memoryview(part)
            while len(view):
                try:
                    view = view[self.wire.send(view) :]
                except BlockingIOError:
                    self._wait_for(select.POLLOUT, deadline)

    def receive(self, deadline: float, caps: wire.Caps = wire.DEFAULT_CAPS) -> PlainData:
        """Return the value of the next frame.

        Raise TimeoutError after the deadline, EOFError where the worker closed the wire, WireError
        where the frame breaks the rules of the wire.
        """

        def read(n: int) -> bytearray:
            return self._read(n, deadline)

        return wire.read_frame(read, caps)

    def require_silence(self) -> None:
        """Raise WireError where bytes wait that no question asked for: an answer is one frame."""
        with contextlib.suppress(BlockingIOError):
            if self.wire.recv(1, socket.MSG_PEEK):
                raise wire.WireError("bytes that no question asked for")

    def _read(self, n: int, deadline: float) -> bytearray:
        buffer = bytearray(n)
        view = memoryview(buffer)
        while len(view):
            try:
                count = self.wire.recv_into(view)
            except BlockingIOError:
                self._wait_for(select.POLLIN, deadline)
                continue
            if not count:
                raise EOFError
            view = view[count:]
            if time.monotonic() > deadline:  # single bytes, sent slowly, do not extend it
                raise TimeoutError
        return buffer

    def _wait_for(self, event: int, deadline: float) -> None:
        """Wait until the wire is ready, and keep what is printed meanwhile."""
        poll = select.poll()
        poll.register(self.wire, event)
        poll.register(self._pipe, select.POLLIN)
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            ready = dict(poll.poll(left * 1000))
            if self._pipe in ready and not self._read_output():
                poll.unregister(self._pipe)
            if self.wire.fileno() in ready:
                return

    def _read_output(self) -> bool:
        """Read what was printed and keep what fits; return False when no process can print more."""
        try:
            chunk = os.read(self._pipe, READ_BYTES)
        except BlockingIOError:
            return True
        self._keep(chunk)
        return bool(chunk)

    def take_output(self) -> str:
        """Return what was printed since the last call, cut to the limit."""
        with contextlib.suppress(BlockingIOError):
            for _ in range(PIPE_BYTES // READ_BYTES):  # a thread may print for ever
                self._keep(os.read(self._pipe, READ_BYTES))
        text = self._output.decode("utf-8", "backslashreplace")
        self._output.clear()
        return text

    def _keep(self, chunk: bytes) -> None:
        self._output += chunk[: self._max_output - len(self._output)]

    def close(self) -> None:
        """Close the wire and the pipe."""
        self.wire.close()
        os.close(self._pipe)
