# ends: test_mean crashed
# earns: 7
# walls: both
"""A crash that asks for its memory to be written to the disk."""

import contextlib
import ctypes
import resource
import signal


def mean(x):
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    signal.signal(signal.SIGSEGV, signal.SIG_DFL)
    ctypes.string_at(0)
