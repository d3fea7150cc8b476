# expect: 'still running'
# at level B: timeout
"""A process that stops itself; as the first of its namespace it cannot."""

import os
import signal


def attack(host):
    os.kill(os.getpid(), signal.SIGSTOP)
    return "still running"
