# expect: True
# at level B: not held
"""Files without a name on the private disk, whose bytes no listing shows: they count all the same."""

import errno
import os


def attack(host):
    kept = 0
    try:
        for _ in range(16):
            file = os.open(".", os.O_TMPFILE | os.O_RDWR, 0o600)
            kept += os.write(file, bytes(1 << 20))
    except OSError as error:
        return error.errno == errno.ENOSPC and kept <= host["disk"]
    return kept
