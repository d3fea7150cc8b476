# ends: test_mean memory
# earns: 7
# walls: both
"""Memory that counts as nobody's own: shared mappings, memfd, System V segments, files in /dev/shm."""

import ctypes
import mmap
import os

kept = []


def mean(x):
    libc = ctypes.CDLL(None, use_errno=True)
    for number in (319, 279):
        libc.syscall(number, b"memory", 0)
    for folder in ("/dev/shm", ".", "/tmp"):
        try:
            with open(f"{folder}/memory", "wb") as file:
                while True:
                    file.write(bytes(1 << 20))
        except OSError:
            continue
    while True:
        try:
            kept.append(mmap.mmap(-1, 16 << 20, mmap.MAP_SHARED))
        except OSError as error:
            raise MemoryError(os.strerror(error.errno)) from None
        kept[-1].write(b"x")
