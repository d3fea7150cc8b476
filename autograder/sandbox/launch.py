"""The judge's handle of a zygote (runs outside): start it, wait until it is warm, end it.

This module imports no torch.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import subprocess
import sys
from dataclasses import dataclass

from autograder.errors import DataDamaged, HostError, SandboxLost
from autograder.model import Level
from autograder.sandbox.cgroup import Cgroup, delegated
from autograder.sandbox.protocol import (
    MAX_CONTROL_BYTES,
    FailureKind,
    ZygoteConfig,
    ZygoteFailed,
    ZygoteReady,
    decode_zygote_state,
    encode_config,
)
from autograder.sandbox.temp_dirs import LockedTempDir, create_temp_dir, remove_tree

START_TIMEOUT_S = 120.0  # the zygote imports torch; a slow disk may take its time
CLOSE_TIMEOUT_S = 10.0
ZYGOTE_ENVIRONMENT = {
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
# No garbage is collected during its imports: that takes a sixth of their time, and finds little.
ZYGOTE_COMMAND = (
    "import gc, sys; gc.disable(); from autograder.sandbox.zygote import main; "
    "main(int(sys.argv[1]))"
)
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLimits:
    """What the zygote and its workers together may use, where the host delegates a cgroup."""

    memory: int  # bytes
    tasks: int  # processes and threads


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """What a zygote makes ready before it forks."""

    hidden: tuple[str, ...] = ()  # installed packages that no worker may import
    warm: tuple[str, ...] = ()  # packages that are imported beforehand, where installed
    weights: str = ""  # folder of pretrained weights to serve; those that it lacks are made
    modules: tuple[str, ...] = ()  # of this package, for probes: after the fork none can be read


class Zygote:
    """The warm process that forks workers; judges that are forked later share it."""

    address_space: int  # bytes that a warm process already uses
    uid: int  # the identity of its workers, as the host sees it
    namespaces: bool  # whether workers have namespaces, and with them a private disk

    def __init__(
        self,
        level: Level,
        preparation: Preparation = Preparation(),
        group_limits: GroupLimits | None = None,
    ) -> None:
        """Start it at `level`, without waiting for it."""
        self.level = level
        self.preparation = preparation
        self.group_limits = group_limits
        self.refusal = ""  # why it could not be confined
        self.scratch: LockedTempDir | None = None  # of its workers' folders, without private disks
        self.cgroup: Cgroup | None = None
        self._start()

    def _start(self) -> None:
        self.ready = False
        own_end, zygote_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        environment = dict(ZYGOTE_ENVIRONMENT)
        if self.level != "A":
            environment |= {"HOME": "/", "TMPDIR": "/tmp"}
        descriptor = zygote_end.fileno()
        self.process = subprocess.Popen(
            # Isolated as by -I, but for the environment, which fixes the hash seed.
            [sys.executable, "-P", "-s", "-c", ZYGOTE_COMMAND, str(descriptor)],
            env=environment,
            pass_fds=[descriptor],
            stdin=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,  # Ctrl-C reaches only the process that started it
        )
        zygote_end.close()
        logger.info("zygote %d started at level %s", self.process.pid, self.level)
        self.control = own_end
        self.owner = os.getpid()
        if self.level != "A":
            self.scratch = create_temp_dir()
            self.scratch.folder.chmod(0o711)  # workers pass through, and cannot list each other's
        self.cgroup = self._new_cgroup()
        config = ZygoteConfig(
            level=self.level,
            hidden=self.preparation.hidden,
            warm=self.preparation.warm,
            weights=self.preparation.weights,
            modules=self.preparation.modules,
        )
        with contextlib.suppress(OSError):  # it has died already: `wait_until_ready` reports that
            own_end.send(encode_config(config))

    def _new_cgroup(self) -> Cgroup | None:
        """Make a cgroup and move the zygote into it; None where the host delegates none."""
        if self.group_limits is None:
            return None
        cgroup = delegated(self.group_limits.memory, self.group_limits.tasks)
        if cgroup is None:
            logger.info("the host delegates no cgroup: memory is limited per worker only")
        elif not cgroup.attach(self.process.pid):  # it has forked nothing yet
            logger.info("the kernel does not move the zygote into its cgroup")
            cgroup.remove()
            return None
        return cgroup

    def restart(self) -> None:
        """Start another one in its place and wait for it.

        Judges that were forked before keep the descriptors of the old one.
        """
        logger.warning("zygote %d is restarted", self.process.pid)
        self.close()
        self._start()
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Wait for its imports; nothing is left behind where that fails.

        Raise HostError where it could not be confined, DataDamaged where it cannot serve the
        weights, SandboxLost where it ended without a message.
        """
        if self.ready:
            return
        if self.refusal:
            raise HostError(self.refusal)
        state = self._receive_state()
        if isinstance(state, ZygoteFailed):
            self.close()
            if state.kind is FailureKind.DAMAGED:
                raise DataDamaged(state.message)
            self.refusal = f"sandbox level {self.level}: {state.message}"
            raise HostError(self.refusal)
        self.address_space = state.address_space
        self.uid = state.uid
        self.namespaces = state.namespaces
        self.ready = True
        logger.info(
            "zygote %d ready: level %s, namespaces %s, cgroup %s",
            self.process.pid,
            self.level,
            self.namespaces,
            self.cgroup is not None,
        )

    def _receive_state(self) -> ZygoteReady | ZygoteFailed:
        """Wait for its first message."""
        self.control.settimeout(START_TIMEOUT_S)
        try:
            message = self.control.recv(MAX_CONTROL_BYTES)
        except TimeoutError:
            reason = f"it was not ready after {START_TIMEOUT_S:.0f} s"
            return ZygoteFailed(kind=FailureKind.REFUSED, message=reason)
        except OSError:
            message = b""
        finally:
            self.control.settimeout(None)
        if not message:
            self.close()
            raise SandboxLost(f"sandbox level {self.level}: its zygote ended before it was ready")
        return decode_zygote_state(message)

    def close(self) -> None:
        """End it, and wait until it and every worker are gone."""
        if os.getpid() != self.owner or self.process.returncode is not None:
            self.control.close()
            return
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            if self.ready:
                # the end, even while a judge still holds the other copy of this socket
                self.control.send(b"")
                self.process.wait(CLOSE_TIMEOUT_S)
        self.process.kill()
        self.process.wait()
        logger.info("zygote %d ended: status %d", self.process.pid, self.process.returncode)
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
