# expect: 'EFBIG or ENOSPC'
"""One file that grows beyond the limit."""

import errno


def attack(host):
    try:
        with open("huge", "wb", buffering=0) as file:
            for _ in range(1000):
                file.write(bytes(1 << 20))
    except OSError as error:
        return "EFBIG or ENOSPC" if error.errno in (errno.EFBIG, errno.ENOSPC) else error.errno
