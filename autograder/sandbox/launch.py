"""The zygote's handle (runs outside): start it, wait until it is warm, end it. Imports no torch."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys

from autograder.errors import HostError
from autograder.model import Level

START_SECONDS = 120.0  # the zygote imports torch; a slow disk may take its time
MESSAGE = 65536  # bytes of a message on the control and status sockets
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/box",
    "TMPDIR": "/box/tmp",
    "LANG": "C.UTF-8",
    "OMP_NUM_THREADS": "1",  # torch must not start a thread before fork
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "",
    "MALLOC_ARENA_MAX": "2",
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",  # halves the cost of fork: fewer pages to copy
    "PYTHONHASHSEED": "0",  # the order of a student's sets is the same for everyone
}


class Zygote:
    """The warm process that forks workers; judges forked from the one who started it may share it."""

    def __init__(self, level: Level, hidden: tuple[str, ...] = ()) -> None:
        """Start it at `level`; HostError where this machine refuses."""
        self.level = level
        self.hidden = hidden
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        environment = ENVIRONMENT if level == "A" else {**ENVIRONMENT, "HOME": "/", "TMPDIR": "/tmp"}
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-m", "autograder.sandbox.zygote", str(theirs.fileno())],
            env=environment,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            cwd="/",
        )
        theirs.close()
        self.control = ours
        self.owner = os.getpid()
        ours.send(json.dumps({"level": level, "hidden": hidden}).encode())

    def wait_until_ready(self) -> None:
        """Wait for its imports; HostError, and nothing left behind, where it could not be confined."""
        self.control.settimeout(START_SECONDS)
        try:
            message = json.loads(self.control.recv(MESSAGE) or b'{"refused": "it ended before it was ready"}')
        except TimeoutError:
            message = {"refused": f"it was not ready after {START_SECONDS:.0f} s"}
        self.control.settimeout(None)
        if "refused" in message:
            self.close()
            raise HostError(f"sandbox level {self.level}: {message['refused']}")
        self.address_space = int(message["address_space"])
        self.uid = int(message["uid"])

    def close(self) -> None:
        """End it, and with it every worker."""
        self.control.close()
        if os.getpid() == self.owner:
            self.process.kill()
            self.process.wait()

    def __enter__(self) -> Zygote:
        """Wait until it is ready."""
        self.wait_until_ready()
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self.close()
