# expect: 'ENOSPC'
# at level B: not held
"""Empty files until there may be no more."""

import errno


def attack(host):
    try:
        for number in range(100_000):
            open(f"file{number}", "x").close()
    except OSError as error:
        return errno.errorcode[error.errno]
