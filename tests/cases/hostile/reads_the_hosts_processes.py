# ends: test_mean passed
# earns: 10
# walls: both
"""What /proc and /sys tell of this process, its parents and everybody else."""

import os

FILES = ("environ", "cmdline", "maps", "mem", "stat", "fd", "root", "cwd", "ns/net", "mountinfo", "task", "exe")
WAYS = (os.listdir, lambda path: open(path, "rb").read(1))
OTHERS = [
    "/proc/kcore",
    "/proc/net/tcp",
    "/proc/sys/kernel/core_pattern",
    "/sys/fs/cgroup",
    "/proc",
    "/proc/self/maps",
]


def mean(x):
    parent, me = os.getppid(), os.getpid()
    pids = {1, 2, *range(max(1, parent - 20), parent + 20), *range(me - 20, me + 20)} - {me}
    found = [
        f"/proc/{pid}/{file}" for pid in pids for file in FILES if tells(f"/proc/{pid}/{file}", *WAYS, os.readlink)
    ]
    found += [path for path in OTHERS if tells(path, *WAYS)]
    assert not found, found
    return x.mean().item()


def tells(path, *ways):
    for way in ways:
        try:
            way(path)
        except OSError:
            continue
        return True
    return False
