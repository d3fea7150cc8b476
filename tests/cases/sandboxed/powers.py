# expect: []
"""What only a privileged process may do."""

import ctypes
import os
import resource
import socket

libc = ctypes.CDLL(None, use_errno=True)


def attack(host):
    ways = {
        "setuid": lambda: os.setuid(0),
        "setgroups": lambda: os.setgroups([0]),
        "chroot": lambda: os.chroot("."),
        "mknod": lambda: os.mknod("device", 0o20600, os.makedev(1, 1)),
        "nice": lambda: os.nice(-5),
        "raise a limit": lambda: raise_limit(),
        "sethostname": lambda: socket.sethostname("elsewhere"),
        "mount": lambda: checked(libc.mount(b"tmpfs", b".", b"tmpfs", 0, None)),
        "umount": lambda: checked(libc.umount2(b"/", 2)),
        "settime": lambda: checked(libc.settimeofday(bytes(16), None)),
        "swapoff": lambda: checked(libc.swapoff(b"/swap")),
        "reboot": lambda: checked(libc.reboot(0)),
    }
    return [name for name, way in ways.items() if works(way)]


def raise_limit():
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard + 1))


def checked(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), "refused")


def works(way):
    try:
        way()
    except (OSError, ValueError, AttributeError):
        return False
    return True
