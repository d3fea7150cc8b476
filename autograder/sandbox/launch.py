"""The zygote's handle (runs outside): start it, wait until it is warm, end it. Imports no torch."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
from dataclasses import asdict, dataclass

from autograder.errors import DataDamaged, HostError, SandboxLost
from autograder.model import Level
from autograder.sandbox.cgroup import delegated
from autograder.sandbox.temp_dirs import Holding, hold_temporary, remove_tree

START_SECONDS = 120.0  # the zygote imports torch; a slow disk may take its time
CLOSE_SECONDS = 10.0
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
    "OMP_WAIT_POLICY": "PASSIVE",  # threads that wait leave the core to others
    "PYTHONHASHSEED": "0",  # the order of a student's sets is the same for everyone
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What the zygote and all its workers together may use, where the host delegates a cgroup."""

    memory: int  # bytes
    tasks: int  # processes and threads


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """What a zygote makes ready before it forks."""

    hidden: tuple[str, ...] = ()  # installed packages that no worker may import
    warm: tuple[str, ...] = ()  # packages that are imported beforehand, where installed
    weights: str = ""  # a folder of pretrained weights to serve; those that it lacks are made
    modules: tuple[str, ...] = ()  # of this package, for probes: after the fork none can be read


class Zygote:
    """The warm process that forks workers; judges forked from the one who started it may share it."""

    def __init__(
        self, level: Level, preparation: Preparation = Preparation(), bounds: Bounds | None = None
    ) -> None:
        """Start it at `level`, without waiting for it."""
        self.level = level
        self.preparation = preparation
        self.bounds = bounds
        self.refusal = ""  # why it could not be confined
        self.scratch: Holding | None = (
            None  # where its workers' folders lie, if they have no private disk
        )
        self._start()

    def _start(self) -> None:
        self.ready = False
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        environment = (
            ENVIRONMENT if self.level == "A" else {**ENVIRONMENT, "HOME": "/", "TMPDIR": "/tmp"}
        )
        self.process = subprocess.Popen(
            # Isolated as by -I, but for the environment: it is ours to the letter, and fixes the
            # hash seed.
            [sys.executable, "-P", "-s", "-m", "autograder.sandbox.zygote", str(theirs.fileno())],
            env=environment,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,  # Ctrl-C is for the one who started it
        )
        theirs.close()
        self.control = ours
        self.owner = os.getpid()
        if self.level != "A":
            self.scratch = hold_temporary()
            self.scratch.folder.chmod(0o711)  # workers pass through, and cannot list each other's
        self.cgroup = (
            delegated(self.bounds.memory, self.bounds.tasks) if self.bounds is not None else None
        )
        if self.cgroup is not None and not self.cgroup.attach(
            self.process.pid
        ):  # it has forked nothing yet
            self.cgroup.remove()
            self.cgroup = None
        with contextlib.suppress(OSError):  # if it has died already, waiting for it will say so
            ours.send(json.dumps({"level": self.level, **asdict(self.preparation)}).encode())

    def renew(self) -> None:
        """Start another one in its place and wait for it; judges that were forked before know
        nothing of it.
        """
        self.close()
        self._start()
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Wait for its imports; nothing is left behind where that fails.

        HostError where it could not be confined, DataDamaged where it cannot serve the weights,
        SandboxLost where it ended without a word.
        """
        if self.ready:
            return
        if self.refusal:
            raise HostError(self.refusal)
        self.control.settimeout(START_SECONDS)
        try:
            said = self.control.recv(MESSAGE)
        except TimeoutError:
            said = json.dumps({"refused": f"it was not ready after {START_SECONDS:.0f} s"}).encode()
        except OSError:
            said = b""
        self.control.settimeout(None)
        if not said:
            self.close()
            raise SandboxLost(f"sandbox level {self.level}: its zygote ended before it was ready")
        message = json.loads(said)
        if "damaged" in message:
            self.close()
            raise DataDamaged(message["damaged"])
        if "refused" in message:
            self.close()
            self.refusal = f"sandbox level {self.level}: {message['refused']}"
            raise HostError(self.refusal)
        self.address_space = int(message["address_space"])
        self.uid = int(message["uid"])
        self.namespaces = bool(message["namespaces"])
        self.ready = True

    def close(self) -> None:
        """End it, and wait until it and every worker are gone."""
        if os.getpid() != self.owner or self.process.returncode is not None:
            self.control.close()
            return
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            if self.ready:
                self.control.send(
                    b""
                )  # the end, even while a judge still holds the other copy of this socket
                self.process.wait(CLOSE_SECONDS)
        self.process.kill()
        self.process.wait()
        self.control.close()
        if self.cgroup is not None:
            self.cgroup.remove()
        if self.scratch is not None:
            self.scratch.release(remove_tree)
            self.scratch = None

    def __enter__(self) -> Zygote:
        """Wait until it is ready."""
        self.wait_until_ready()
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self.close()
