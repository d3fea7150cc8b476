# expect: ['ENOSPC', True]
# at level B: not held
"""Shared memory until it is full: it is part of the private disk."""

import errno

MIB = 1 << 20


def attack(host):
    written = 0
    for number in range(1000):
        try:
            with open(f"/dev/shm/file{number}", "wb", buffering=0) as file:
                written += file.write(bytes(MIB))
        except OSError as error:
            return [errno.errorcode[error.errno], written <= host["disk"]]
    return written
