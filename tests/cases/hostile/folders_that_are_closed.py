# ends: test_mean passed
# earns: 10
# walls: both
"""Folders that nobody may list, with files in them and names that no terminal should print."""

import contextlib
import os


def mean(x):
    for mode in (0o300, 0o100, 0o000):
        with contextlib.suppress(OSError):
            os.umask(0)
            os.mkdir(f"closed\x1b[2J\n{mode}", mode)
            os.mkdir(f"closed\x1b[2J\n{mode}/inside", mode)
            open(f"closed\x1b[2J\n{mode}/file", "w").close()
    with contextlib.suppress(OSError):
        open(b"\xff\xfe\xed\xa0\x80" + b"x" * 240, "w").close()
    return x.mean().item()
