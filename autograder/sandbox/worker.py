"""A worker (runs outside): ask it within a deadline, kill it, account for it."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import (
    AutograderError,
    CourseError,
    Crashed,
    Denied,
    HostError,
    MemoryExceeded,
    TimeExceeded,
)
from autograder.model import Limits
from autograder.sandbox import wire
from autograder.sandbox.launch import MESSAGE, Zygote
from autograder.sandbox.temp_dirs import remove_tree

READY_SECONDS = 30.0  # a worker is confined in milliseconds; a machine may be busy
INODES = 4096  # files of a worker's private disk
ENDED_SECONDS = 1.0  # who closed the wire because it ended is gone by then
# of the CPU limit: the kernel kills by ticks, and on a busy machine a tick is less than it says
COUNTED = 0.5
PIPE = 1 << 20  # bytes: the most that a pipe holds


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a worker ended, as the zygote accounts for it."""

    signal: int
    exit: int
    cpu: float  # seconds
    peak: int  # bytes of resident memory


class Worker:
    """One confined process; whatever it answers is a claim of the student's code."""

    def __init__(self, zygote: Zygote, limits: Limits, seed: int, threads: int = 1) -> None:
        """Ask for it, with so many threads for torch; it is being confined while the caller goes
        on.

        HostError where the zygote is gone.
        """
        self.limits = limits
        self.threads = threads
        self.output = bytearray()  # captured, the first `limits.output` bytes
        self.end: End | None = None
        self.ready = False
        self.layers: tuple[str, ...] = ()
        self.folder = None if zygote.namespaces else _private_folder(zygote)
        self.wire, wire_inside = socket.socketpair()
        self.status, status_inside = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.pipe, pipe_inside = os.pipe()
        os.set_blocking(self.pipe, False)
        self.wire.setblocking(False)
        order = json.dumps(self._order(zygote, seed)).encode()
        inside = [wire_inside.fileno(), pipe_inside, status_inside.fileno()]
        self.pidfd = -1
        try:
            socket.send_fds(zygote.control, [order], inside)
        except OSError as error:
            self.close()
            raise HostError("the sandbox's zygote is gone") from error
        finally:
            wire_inside.close()
            status_inside.close()
            os.close(pipe_inside)

    def _order(self, zygote: Zygote, seed: int) -> dict[str, Any]:
        limits = self.limits
        return {
            "address_space": zygote.address_space + limits.memory,
            "cpu": limits.cpu,
            "disk": limits.disk,
            "inodes": INODES,
            "open_files": limits.open_files,
            "processes": limits.processes,
            "answer": limits.answer,
            "own_user": zygote.namespaces or os.getuid() == 0,
            "hidden": zygote.preparation.hidden,
            "folder": self.folder,
            "seed": seed,
            "threads": self.threads,
        }

    def wait_until_ready(self) -> None:
        """Wait until it is confined; HostError where that failed."""
        if self.ready:
            return
        self.status.settimeout(READY_SECONDS)
        try:
            _, descriptors, *_ = socket.recv_fds(self.status, MESSAGE, 1)
            self.pidfd = descriptors[0]
            message = wire.read_frame(self._reader(time.monotonic() + READY_SECONDS))
        except (OSError, EOFError, IndexError, wire.WireError) as error:
            raise HostError(f"a worker did not start: {error or 'the zygote is gone'}") from error
        if "refused" in message:
            raise HostError(f"a worker could not be confined: {message['refused']}")
        self.layers = tuple(message["ready"])
        self.ready = True

    def ask(self, request: dict[str, Any], seconds: float, limit: str) -> Any:
        """The worker's answer, within `seconds`; StudentError, and a dead worker, otherwise.

        `limit` names the limit of time for the student. An answer must carry the request's id.
        """
        self.wait_until_ready()
        id = int.from_bytes(os.urandom(6), "little")
        deadline = time.monotonic() + seconds
        caps = wire.Caps(body=self.limits.answer)
        question = _question({"id": id, **request})
        try:
            self._require_silence()
            self._write(question, deadline)
            answer = wire.read_frame(self._reader(deadline), caps)
            self._require_silence()
        except TimeoutError:
            self.kill()
            raise TimeExceeded(f"no answer within the limit ({limit})", kind=limit) from None
        except (EOFError, ConnectionError):
            raise self._death() from None
        except wire.WireError as error:
            self.kill()
            raise Denied(f"an answer that breaks the rules of the wire: {error}") from error
        if type(answer) is not dict or type(answer.get("id")) is not int or answer.pop("id") != id:
            self.kill()
            raise Denied("an answer to no question")
        return answer

    def _require_silence(self) -> None:
        """WireError where bytes wait that no question asked for; an answer is one frame and nothing
        more.
        """
        with contextlib.suppress(BlockingIOError):
            if self.wire.recv(1, socket.MSG_PEEK):
                raise wire.WireError("bytes that no question asked for")

    def _write(self, parts: list[bytes], deadline: float) -> None:
        for part in parts:
            view = memoryview(part)
            while len(view):
                try:
                    view = view[self.wire.send(view) :]
                except BlockingIOError:
                    self._wait(select.POLLOUT, deadline)

    def _reader(self, deadline: float) -> Any:
        def read(n: int) -> bytearray:
            buffer = bytearray(n)
            view = memoryview(buffer)
            while len(view):
                try:
                    count = self.wire.recv_into(view)
                except BlockingIOError:
                    self._wait(select.POLLIN, deadline)
                    continue
                if not count:
                    raise EOFError
                view = view[count:]
                if time.monotonic() > deadline:  # a slow drip does not stretch it
                    raise TimeoutError
            return buffer

        return read

    def _wait(self, event: int, deadline: float) -> None:
        """Until the wire is ready; captured output is taken meanwhile, or the student would block
        on it.
        """
        poll = select.poll()
        poll.register(self.wire, event)
        poll.register(self.pipe, select.POLLIN)
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            ready = dict(poll.poll(left * 1000))
            if self.pipe in ready and not self._take_output():
                poll.unregister(self.pipe)
            if self.wire.fileno() in ready:
                return

    def _take_output(self) -> bool:
        """Read what was printed, keep what fits; False when nobody can print any more."""
        try:
            chunk = os.read(self.pipe, MESSAGE)
        except BlockingIOError:
            return True
        self.output += chunk[: self.limits.output - len(self.output)]
        return bool(chunk)

    def take_output(self) -> str:
        """What was printed since the last time, cut to the limit."""
        with contextlib.suppress(BlockingIOError):
            for _ in range(PIPE // MESSAGE):  # a thread may go on printing for ever
                self.output += os.read(self.pipe, MESSAGE)[: self.limits.output - len(self.output)]
        text = self.output.decode("utf-8", "backslashreplace")
        self.output.clear()
        return text

    def _death(self) -> AutograderError:
        """Why it closed the wire: as a rule because it died; a zygote that cannot say is no
        student's fault.
        """
        if not self._has_ended(ENDED_SECONDS):
            self.kill()
            return Denied("it closed the wire and went on")
        end = self.wait()
        if end is None:
            return HostError("the sandbox's zygote ended while a worker was asked")
        if end.signal == signal.SIGKILL and end.cpu >= self.limits.cpu * COUNTED:
            return TimeExceeded(f"more than {self.limits.cpu} s of CPU time", kind="cpu")
        if end.signal == signal.SIGSYS:
            return Denied("a system call of another architecture")
        if end.signal == signal.SIGKILL:
            return MemoryExceeded("killed by the kernel: out of memory")
        return Crashed(f"signal {end.signal}" if end.signal else f"exit status {end.exit}")

    def kill(self) -> None:
        """End it and everything it started, now."""
        if self.pidfd >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)

    def _has_ended(self, seconds: float) -> bool:
        poll = select.poll()
        poll.register(self.pidfd, select.POLLIN)
        return bool(poll.poll(seconds * 1000))

    def wait(self) -> End | None:
        """Until it and everything it started is gone; None if the zygote cannot say."""
        if self.end is None and self.pidfd >= 0:
            self.status.settimeout(READY_SECONDS)
            with contextlib.suppress(OSError, ValueError, TypeError):
                self.end = End(**json.loads(self.status.recv(MESSAGE)))
        return self.end

    def close(self) -> None:
        """Kill it, wait for its complete teardown, and give everything back."""
        self.kill()
        self.wait()
        self.wire.close()
        self.status.close()
        os.close(self.pipe)
        if self.pidfd >= 0:
            os.close(self.pidfd)
        if self.folder is not None:
            remove_tree(Path(self.folder))


def _question(request: dict[str, Any]) -> list[bytes]:
    try:
        return wire.frame(request, wire.QUESTION)
    except wire.WireError as error:  # no student made it
        raise CourseError(f"a question that may not be asked: {error}") from error


def _private_folder(zygote: Zygote) -> str:
    """The work folder of a worker without a mount namespace; its name cannot be guessed."""
    assert zygote.scratch is not None
    folder = tempfile.mkdtemp(dir=zygote.scratch.folder)
    if os.getuid() != zygote.uid:
        os.chown(folder, zygote.uid, zygote.uid)
    return folder
