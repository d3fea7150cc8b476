"""Processes that hold the libraries of `autograder` loaded and fork one for each command.

Importing torch takes most of the time of a small command. What a test runs here is a process of
its own, with the arguments, the environment, the folder and the streams of a new interpreter. Tests
of the start itself run a new interpreter: those of `tests/system/test_docs_commands.py` and
`tests/system/test_wheel.py`, and whatever names a command to run `within`.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib
import itertools
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.support.places import REPOSITORY

MAX_REQUEST_BYTES = 1 << 20
PRELOADED = (
    "autograder.cli",
    "autograder.grading.batch",
    "autograder.student.check",
    "autograder.verification.verify",
    "torch",
)
# What `autograder` sets before it imports torch.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class Server:
    """A process that forks one for each command."""

    def __init__(self) -> None:
        """Start it, without waiting for its imports."""
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(theirs.fileno())],
                cwd=REPOSITORY,
                env={**os.environ, "PYTHONPATH": str(REPOSITORY), **dict.fromkeys(THREADS, "1")},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
            )
        self._lock = threading.Lock()

    def run(
        self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], seconds: float
    ) -> subprocess.CompletedProcess[str]:
        """Run `autograder ARGUMENTS...` to its end; subprocess.TimeoutExpired after `seconds`."""
        request = json.dumps([list(arguments), str(folder), dict(environment)]).encode()
        with self._lock, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            socket.send_fds(self._socket, [request], [out.fileno(), err.fileno()])
            pid = int(self._socket.recv(64))
            self._socket.settimeout(seconds)
            try:
                status = int(self._socket.recv(64))
            except TimeoutError:
                os.kill(pid, signal.SIGKILL)
                self._socket.settimeout(None)
                self._socket.recv(64)
                raise subprocess.TimeoutExpired(list(arguments), seconds) from None
            self._socket.settimeout(None)
            for stream in (out, err):
                stream.seek(0)
            output, errors = out.read().decode(), err.read().decode()
        return subprocess.CompletedProcess(list(arguments), status, output, errors)

    def close(self) -> None:
        """End it."""
        self._socket.close()
        self._process.wait()


@functools.cache
def _servers() -> itertools.cycle[Server]:
    """Two servers that take turns: two runs in a row have different hash seeds."""
    import atexit

    servers = [Server(), Server()]
    for server in servers:
        atexit.register(server.close)
    return itertools.cycle(servers)


def run(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str], seconds: float
) -> subprocess.CompletedProcess[str]:
    """Run `autograder ARGUMENTS...` to its end in a forked process."""
    return next(_servers()).run(arguments, folder, environment, seconds)


def serve(requests: socket.socket) -> None:
    """Fork a process for each request, and answer with its id, then with its exit status."""
    for module in PRELOADED:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()
    while True:
        request, streams, _, _ = socket.recv_fds(requests, MAX_REQUEST_BYTES, 2)
        if not request:
            return
        pid = os.fork()
        if pid == 0:
            requests.close()
            _become_command(*json.loads(request), *streams)
        for stream in streams:
            os.close(stream)
        requests.send(str(pid).encode())
        _, status = os.waitpid(pid, 0)
        requests.send(str(os.waitstatus_to_exitcode(status)).encode())


def _become_command(
    arguments: list[str], folder: str, environment: dict[str, str], out: int, err: int
) -> None:
    """Run `python -m autograder ARGUMENTS...` in this process, and end it."""
    code = 1
    with contextlib.suppress(BaseException):
        os.dup2(out, 1)
        os.dup2(err, 2)
        os.closerange(3, max(out, err) + 1)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        tempfile.tempdir = None
        sys.argv = ["autograder", *arguments]
        sys.path.insert(0, folder)
        try:
            runpy.run_module("autograder", run_name="__main__", alter_sys=True)
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as given:
        serve(given)
