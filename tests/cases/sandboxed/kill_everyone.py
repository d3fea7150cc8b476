# expect: 'survived'
"""Signals to every process that it can name."""

import contextlib
import os
import signal


def attack(host):
    for target in (-1, 0, 1, os.getppid(), host["judge"], -host["judge"]):
        with contextlib.suppress(OSError):
            if target != os.getpid():
                os.kill(target, signal.SIGKILL)
    return "survived"
