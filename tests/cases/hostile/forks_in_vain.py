# ends: test_mean passed
# earns: 10
# walls: both
"""Where it may start no process: fork, vfork, clone and clone3, a pool, a daemon."""

import ctypes
import multiprocessing
import os

libc = ctypes.CDLL(None)
X86 = os.uname().machine == "x86_64"


def mean(x):
    found = []
    ways = [os.fork, os.forkpty, lambda: multiprocessing.get_context("fork").Process(target=print).start() or 1]
    numbers = [(56, 17), (56, 0x4100 | 17), (435, 0)] + [(57,), (58,)] if X86 else [(220, 17), (435, 0)]
    ways += [lambda call=call: libc.syscall(*call, 0, 0, 0, 0) for call in numbers]
    for number, way in enumerate(ways):
        try:
            pid = way()
        except OSError:
            continue
        if pid == 0:
            os._exit(0)
        found += [number] if pid != -1 else []
    assert not found, found
    return x.mean().item()
