"""System calls that Python 3.11 lacks (runs inside): namespaces, mounts, capabilities.

They are called through ctypes.
"""

from __future__ import annotations

import ctypes
import os
import struct

libc = ctypes.CDLL(None, use_errno=True)

# sched.h
NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET = (
    *(0x00020000, 0x02000000, 0x04000000, 0x08000000),
    *(0x10000000, 0x20000000, 0x40000000),
)
# sys/mount.h
NOSUID, NODEV, NOEXEC, BIND, REC, PRIVATE = 2, 4, 8, 4096, 16384, 1 << 18
MNT_DETACH = 2
# linux/prctl.h
PDEATHSIG, DUMPABLE, CAPBSET_DROP, SECCOMP, NO_NEW_PRIVS = 1, 4, 24, 22, 38
# The same numbers on every architecture that this package knows.
MOUNT_SETATTR, LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 442, 444, 445, 446
PIVOT_ROOT = {"x86_64": 155}  # 41 on all that share the generic numbers
AT_FDCWD, AT_RECURSIVE = -100, 0x8000
ATTR_RDONLY, ATTR_NOSUID = 1, 2
LAST_CAPABILITY = 40  # CAP_CHECKPOINT_RESTORE
CAPABILITY_V3 = 0x20080522


def checked(result: int, what: str) -> int:
    """Return `result`; raise OSError, which names `what`, where it is negative."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def syscall(number: int, *arguments: object) -> int:
    """Make a raw system call; return a negative number on failure, with errno set."""
    return int(libc.syscall(ctypes.c_long(number), *arguments))


def unshare(flags: int) -> None:
    """Leave the namespaces that `flags` names for new ones."""
    checked(libc.unshare(flags), "unshare")


def enter_pid_namespace(descriptor: int) -> None:
    """Let the next child be made in (or below) the pid namespace of `descriptor`."""
    checked(libc.setns(descriptor, NEWPID), "setns")


def mount(source: str, target: str, kind: str = "", flags: int = 0, options: str = "") -> None:
    """Call mount(2)."""
    result = libc.mount(
        source.encode(),
        target.encode(),
        kind.encode() or None,
        ctypes.c_ulong(flags),
        options.encode() or None,
    )
    checked(result, f"mount {target}")


def unmount(target: str) -> None:
    """Detach a mount, even if it is in use."""
    checked(libc.umount2(target.encode(), MNT_DETACH), f"umount {target}")


def pivot_root(new: str, old: str) -> None:
    """Make `new` the root and move the old root to `old`."""
    number = PIVOT_ROOT.get(os.uname().machine, 41)
    checked(syscall(number, new.encode(), old.encode()), "pivot_root")


def change_mount(target: str, *, add: int = 0, clear: int = 0, recursive: bool = False) -> None:
    """Change a mount's attributes with mount_setattr(2), of Linux 5.12."""
    attributes = struct.pack("<QQQQ", add, clear, 0, 0)
    flags = ctypes.c_uint(AT_RECURSIVE if recursive else 0)
    result = syscall(
        MOUNT_SETATTR,
        ctypes.c_int(AT_FDCWD),
        target.encode(),
        flags,
        attributes,
        ctypes.c_size_t(32),
    )
    checked(result, f"mount_setattr {target}")


def prctl(option: int, argument: int = 0) -> None:
    """Call prctl(2) with one argument."""
    checked(libc.prctl(option, ctypes.c_ulong(argument), 0, 0, 0), f"prctl {option}")


def drop_capabilities() -> None:
    """Give up every capability, and the means to gain one."""
    for capability in range(LAST_CAPABILITY + 1):
        # fails for those that the kernel lacks
        libc.prctl(CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0)
    header, sets = struct.pack("<Ii", CAPABILITY_V3, 0), bytes(24)
    checked(libc.capset(header, sets), "capset")
