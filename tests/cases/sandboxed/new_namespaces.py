# expect: []
"""A child in namespaces of its own."""

import ctypes
import errno
import os
import platform

libc = ctypes.CDLL(None, use_errno=True)
FLAGS = {"user": 0x10000000, "pid": 0x20000000, "net": 0x40000000, "mount": 0x00020000}


def attack(host):
    number = {"x86_64": 56, "aarch64": 220}[platform.machine()]
    return [name for name, flag in FLAGS.items() if clones(number, flag)]


def clones(number, flag):
    result = libc.syscall(ctypes.c_long(number), ctypes.c_long(flag | 17), *[ctypes.c_long(0)] * 4)
    if result == 0:
        os._exit(0)
    return result > 0 or ctypes.get_errno() != errno.EPERM
