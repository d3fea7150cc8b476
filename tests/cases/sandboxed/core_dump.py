# expect: crashed
"""A core dump: limits raised, made dumpable, then a crash."""

import contextlib
import ctypes
import os
import resource
import signal


def attack(host):
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)
    signal.signal(signal.SIGSEGV, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGSEGV)
    return ctypes.string_at(0)
