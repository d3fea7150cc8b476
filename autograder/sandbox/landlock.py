"""Landlock (runs inside): the files that a worker may read and write.

It also forbids TCP, and signals to processes outside of its domain.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable

from autograder.sandbox import kernel

# linux/landlock.h, access rights to files
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
MAKE_CHAR, MAKE_BLOCK, TRUNCATE, IOCTL_DEV = 1 << 6, 1 << 11, 1 << 14, 1 << 15
FILE_RIGHTS = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV  # not of directories
RULE_PATH_BENEATH = 1


def abi() -> int:
    """Return the kernel's version of Landlock; 0 where there is none."""
    return max(
        0, kernel.syscall(kernel.LANDLOCK_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint(1))
    )


def handled_rights(version: int) -> int:
    """Return every file right that this version of Landlock can take away."""
    rights = (1 << 13) - 1
    for since, right in ((2, 1 << 13), (3, TRUNCATE), (5, IOCTL_DEV)):
        rights |= right if version >= since else 0
    return rights


def restrict(readable: Iterable[str], writable: Iterable[str], devices: Iterable[str]) -> int:
    """Confine this process for good to these paths; return the ABI, 0 without Landlock."""
    version = abi()
    if not version:
        return 0
    handled = handled_rights(version)
    write = handled & ~(EXECUTE | MAKE_CHAR | MAKE_BLOCK | IOCTL_DEV)
    network = 3 if version >= 4 else 0  # bind and connect over TCP
    scopes = 3 if version >= 6 else 0  # abstract unix sockets, signals
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    attributes = struct.pack("<QQQ", handled, network, scopes)
    rules = kernel.checked(
        kernel.syscall(kernel.LANDLOCK_CREATE, attributes, ctypes.c_size_t(size), ctypes.c_uint(0)),
        "landlock_create_ruleset",
    )
    for paths, rights in (
        (readable, READ_FILE | READ_DIR),
        (writable, write),
        (devices, handled & (READ_FILE | WRITE_FILE | TRUNCATE)),
    ):
        for path in paths:
            _allow(rules, path, rights)
    kernel.prctl(kernel.NO_NEW_PRIVS, 1)
    result = kernel.syscall(kernel.LANDLOCK_RESTRICT, ctypes.c_int(rules), ctypes.c_uint(0))
    kernel.checked(result, "landlock_restrict_self")
    os.close(rules)
    return version


def _allow(rules: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what is not there needs no permission
    allowed = rights if os.path.isdir(path) else rights & FILE_RIGHTS
    rule = struct.pack("<Qi", allowed, descriptor)
    kernel.checked(
        kernel.syscall(
            kernel.LANDLOCK_ADD,
            ctypes.c_int(rules),
            ctypes.c_int(RULE_PATH_BENEATH),
            rule,
            ctypes.c_uint(0),
        ),
        f"landlock_add_rule {path}",
    )
    os.close(descriptor)
