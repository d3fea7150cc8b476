"""Run a command as the root of a container: `python -m tests.support.container_root COMMAND...`.

Podman and Docker leave root eleven or fourteen capabilities; CAP_SYS_ADMIN, without which nobody
mounts, is not among them. Here the others are given up for good, and the command goes on as root.
"""

from __future__ import annotations

import os
import struct
import sys

from autograder.sandbox import kernel
from tests.support.ordinary_user import REFUSED

PODMAN_CAPABILITIES = 0x800405FB  # of root in a container, as /proc/self/status states them
COMMAND = (sys.executable, "-m", "tests.support.container_root")


def keep_capabilities(kept: int) -> None:
    """Give up every capability that is not in the mask `kept`; OSError where this is not root."""
    if os.getuid() != 0:
        raise OSError("only root can be the root of a container")
    for capability in range(kernel.LAST_CAPABILITY + 1):
        if not kept >> capability & 1:
            kernel.prctl(kernel.CAPBSET_DROP, capability)
    low, high = kept & 0xFFFFFFFF, kept >> 32
    header = struct.pack("<Ii", kernel.CAPABILITY_V3, 0)
    sets = struct.pack("<6I", low, low, 0, high, high, 0)  # effective, permitted, inheritable
    kernel.checked(kernel.libc.capset(header, sets), "capset")


def main(command: list[str]) -> None:
    """Become the root of a container and go on as `command`."""
    try:
        keep_capabilities(PODMAN_CAPABILITIES)
    except OSError as error:
        print(f"this user cannot be the root of a container: {error}", file=sys.stderr)
        sys.exit(REFUSED)
    os.execv(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
