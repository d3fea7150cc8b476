# ends: test_mean passed
# earns: 10
# walls: both
"""A shell, by every way that Python and C know of starting one."""

import ctypes
import os
import subprocess
import sys

HOST = {}


def mean(x):
    line = f"touch {HOST['mine']}/started"
    libc = ctypes.CDLL(None)
    for way in (
        lambda: os.system(line),
        lambda: subprocess.run(["/bin/sh", "-c", line], timeout=1),
        lambda: os.posix_spawn("/bin/sh", ["sh", "-c", line], {}),
        lambda: os.popen(line).read(),
        lambda: libc.system(line.encode()),
        lambda: os.execv(sys.executable, [sys.executable, "-c", "import os; os._exit(0)"]),
        lambda: os.execve(os.open(sys.executable, os.O_RDONLY), ["python"], {}),
        lambda: os.forkpty(),
        lambda: subprocess._fork_exec and os.fork() and os._exit(0),
    ):
        try:
            way()
        except (OSError, ValueError, subprocess.SubprocessError):
            continue
    return x.mean().item()
