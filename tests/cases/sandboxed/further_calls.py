# expect: []
"""Notices of what happens elsewhere, pages of others, priorities, and calls that move data past the filter."""

import ctypes
import errno
import os

libc = ctypes.CDLL(None, use_errno=True)
CALLS = {  # on x86_64, on aarch64
    "inotify_init": (253, 26),
    "inotify_init1": (294, 26),
    "fanotify_init": (300, 262),
    "lookup_dcookie": (212, 18),
    "statmount": (457, 457),
    "listmount": (458, 458),
    "mincore": (27, 232),
    "cachestat": (451, 451),
    "get_mempolicy": (239, 236),
    "move_pages": (279, 239),
    "syslog": (103, 116),
    "semget": (64, 190),
    "sched_setscheduler": (144, 119),
    "sched_setattr": (314, 274),
    "setpriority": (141, 140),
    "ioprio_set": (251, 30),
    "setsid": (112, 157),
    "timer_create": (222, 107),
    "rt_sigqueueinfo": (129, 138),
    "tkill": (200, 130),
    "vmsplice": (278, 75),
    "splice": (275, 76),
    "process_madvise": (440, 440),
    "mlock": (149, 228),
    "acct": (163, 89),
    "remap_file_pages": (216, 234),
    "map_shadow_stack": (453, 453),
    "mseal": (462, 462),
}


def attack(host):
    column = ("x86_64", "aarch64").index(os.uname().machine)
    return [name for name, numbers in CALLS.items() if not is_refused(numbers[column])]


def is_refused(number):
    ctypes.set_errno(0)
    result = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(0)] * 6)
    return result == -1 and ctypes.get_errno() in (errno.EPERM, errno.EOPNOTSUPP)
