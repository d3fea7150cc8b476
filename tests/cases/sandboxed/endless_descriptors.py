# expect: 'EMFILE'
"""Open files until there may be no more."""

import errno
import os


def attack(host):
    try:
        for _ in range(100_000):
            os.dup(0)
    except OSError as error:
        return errno.errorcode[error.errno]
