"""A worker (runs outside): start it, ask it within a deadline, kill it, learn how it ended."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import select
import signal
import socket
import tempfile
import time
from pathlib import Path

from autograder.errors import (
    AutograderError,
    CourseError,
    Crashed,
    Denied,
    HostError,
    MemoryExceeded,
    TimeExceeded,
    TimeLimit,
)
from autograder.model import Limits
from autograder.sandbox import wire
from autograder.sandbox.channel import Channel
from autograder.sandbox.launch import Zygote
from autograder.sandbox.protocol import (
    MAX_CONTROL_BYTES,
    Answer,
    ProtocolError,
    Request,
    WorkerConfig,
    WorkerEnd,
    WorkerRefused,
    decode_answer,
    decode_worker_end,
    decode_worker_state,
    encode_config,
    encode_request,
)
from autograder.sandbox.temp_dirs import remove_tree

READY_TIMEOUT_S = 30.0  # a worker is confined in milliseconds; a machine may be busy
EXIT_TIMEOUT_S = 1.0  # a worker that closed the wire because it ended is gone by then
MAX_DISK_FILES = 4096  # of a worker's private disk
# A worker that was killed and used this share of its CPU limit was killed for it: the kernel counts
# in ticks, and on a busy machine a tick is less than it says.
MIN_CPU_SHARE = 0.5
REQUEST_ID_BYTES = 6  # of a random number: no answer can be sent before its question
logger = logging.getLogger(__name__)


class Worker:
    """One confined process; whatever it answers is a claim of the student's code."""

    def __init__(self, zygote: Zygote, limits: Limits, seed: int, threads: int = 1) -> None:
        """Request it from the zygote, with so many threads for torch.

        It is being confined when this returns. Raise HostError where the zygote has ended.
        """
        self.limits = limits
        self.end: WorkerEnd | None = None
        self.ready = False
        self.layers: tuple[str, ...] = ()
        self.pid = 0  # as the zygote sees it
        self.pidfd = -1
        self.folder = None if zygote.namespaces else _private_folder(zygote)
        connection, wire_inside = socket.socketpair()
        self._status, status_inside = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        pipe, pipe_inside = os.pipe()
        self._channel = Channel(connection, pipe, limits.output)
        config = encode_config(self._config(zygote, seed, threads))
        inside = [wire_inside.fileno(), pipe_inside, status_inside.fileno()]
        try:
            socket.send_fds(zygote.control, [config], inside)
        except OSError as error:
            self.close()
            raise HostError("the sandbox's zygote is gone") from error
        finally:
            wire_inside.close()
            status_inside.close()
            os.close(pipe_inside)

    @property
    def wire(self) -> socket.socket:
        """The judge's end of the wire."""
        return self._channel.wire

    def _config(self, zygote: Zygote, seed: int, threads: int) -> WorkerConfig:
        limits = self.limits
        return WorkerConfig(
            address_space=zygote.address_space + limits.memory,
            cpu=limits.cpu,
            disk=limits.disk,
            inodes=MAX_DISK_FILES,
            open_files=limits.open_files,
            processes=limits.processes,
            answer=limits.answer,
            own_user=zygote.namespaces or os.getuid() == 0,
            hidden=zygote.preparation.hidden,
            folder=self.folder,
            seed=seed,
            threads=threads,
        )

    def wait_until_ready(self) -> None:
        """Wait until it is confined; HostError where that failed."""
        if self.ready:
            return
        self._status.settimeout(READY_TIMEOUT_S)
        try:
            message, descriptors, *_ = socket.recv_fds(self._status, MAX_CONTROL_BYTES, 1)
            self.pidfd = descriptors[0]
            self.pid = json.loads(message).get("pid", 0)
            frame = self._channel.receive(time.monotonic() + READY_TIMEOUT_S)
        except (OSError, EOFError, IndexError, wire.WireError) as error:
            raise HostError(f"a worker did not start: {error or 'the zygote is gone'}") from error
        state = decode_worker_state(frame)
        if isinstance(state, WorkerRefused):
            raise HostError(f"a worker could not be confined: {state.message}")
        self.layers = state.layers
        self.ready = True
        logger.debug("worker %d started: %s", self.pid, ", ".join(self.layers))

    def ask(self, request: Request, seconds: float, limit: TimeLimit) -> Answer:
        """Return the worker's answer within `seconds`; otherwise kill it and raise StudentError.

        `limit` is the limit of time that the student is told. An answer has to carry the random id
        of its request.
        """
        self.wait_until_ready()
        request_id = int.from_bytes(os.urandom(REQUEST_ID_BYTES), "little")
        deadline = time.monotonic() + seconds
        caps = wire.Caps(body=self.limits.answer)
        question = _frame_of(request, request_id)
        try:
            self._channel.require_silence()
            self._channel.send(question, deadline)
            message = self._channel.receive(deadline, caps)
            self._channel.require_silence()
            return decode_answer(message, request_id)
        except TimeoutError:
            self._kill_because(f"no answer within {seconds:.1f} s, limit {limit}")
            raise TimeExceeded(f"no answer within the limit ({limit})", limit=limit) from None
        except (EOFError, ConnectionError):
            raise self._cause_of_end() from None
        except wire.WireError as error:
            self._kill_because(f"its answer breaks the rules of the wire: {error!a}")
            raise Denied(f"an answer that breaks the rules of the wire: {error}") from error
        except ProtocolError as error:
            self._kill_because(str(error))
            raise Denied(str(error)) from None

    def take_output(self) -> str:
        """Return what was printed since the last call, cut to the limit."""
        return self._channel.take_output()

    def _cause_of_end(self) -> AutograderError:
        """Return why it closed the wire, as a rule because it died.

        A zygote that cannot report its end is no fault of the student.
        """
        if not self._has_ended(EXIT_TIMEOUT_S):
            self._kill_because("it closed the wire and went on")
            return Denied("it closed the wire and went on")
        end = self.wait()
        if end is None:
            return HostError("the sandbox's zygote ended while a worker was asked")
        logger.info(
            "worker %d ended: signal %d, exit status %d, %.1f s of CPU time, %d MiB",
            self.pid,
            end.signal,
            end.exit,
            end.cpu,
            end.peak >> 20,
        )
        if end.signal == signal.SIGKILL and end.cpu >= self.limits.cpu * MIN_CPU_SHARE:
            evidence = f"more than {self.limits.cpu} s of CPU time"
            return TimeExceeded(evidence, limit=TimeLimit.CPU)
        if end.signal == signal.SIGSYS:
            return Denied("a system call of another architecture")
        if end.signal == signal.SIGKILL:
            return MemoryExceeded("killed by the kernel: out of memory")
        return Crashed(f"signal {end.signal}" if end.signal else f"exit status {end.exit}")

    def _kill_because(self, reason: str) -> None:
        logger.info("worker %d killed: %s", self.pid, reason)
        self.kill()

    def kill(self) -> None:
        """Kill it and everything that it started."""
        if self.pidfd >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)

    def _has_ended(self, seconds: float) -> bool:
        poll = select.poll()
        poll.register(self.pidfd, select.POLLIN)
        return bool(poll.poll(seconds * 1000))

    def wait(self) -> WorkerEnd | None:
        """Wait until it and everything that it started has ended; None if the zygote cannot say."""
        if self.end is None and self.pidfd >= 0:
            self._status.settimeout(READY_TIMEOUT_S)
            with contextlib.suppress(OSError, ValueError, TypeError):
                self.end = decode_worker_end(self._status.recv(MAX_CONTROL_BYTES))
        return self.end

    def close(self) -> None:
        """Kill it, wait for its complete teardown, and give everything back."""
        self.kill()
        self.wait()
        self._channel.close()
        self._status.close()
        if self.pidfd >= 0:
            os.close(self.pidfd)
        if self.folder is not None:
            remove_tree(Path(self.folder))


def _frame_of(request: Request, request_id: int) -> list[bytes]:
    try:
        return wire.frame(encode_request(request, request_id), wire.QUESTION_CAPS)
    except wire.WireError as error:  # graders make questions, not students
        raise CourseError(f"a question that may not be asked: {error}") from error


def _private_folder(zygote: Zygote) -> str:
    """Make the work folder of a worker without a mount namespace; its name cannot be guessed."""
    assert zygote.scratch is not None
    folder = tempfile.mkdtemp(dir=zygote.scratch.folder)
    if os.getuid() != zygote.uid:
        os.chown(folder, zygote.uid, zygote.uid)
    return folder
