# expect: 'tried'
"""A file that the user who grades owns: its content, its mode, its times, its name."""

import contextlib
import os


def attack(host):
    mine = host["mine"]
    ways = [
        lambda: open(mine, "a").write("x"),
        lambda: os.truncate(mine, 0),
        lambda: os.chmod(mine, 0o777),
        lambda: os.utime(mine, (0, 0)),
        lambda: os.setxattr(mine, "user.student", b"x"),
        lambda: os.rename(mine, mine + ".gone"),
        lambda: os.link(mine, "link"),
        lambda: os.unlink(mine),
    ]
    for way in ways:
        with contextlib.suppress(OSError):
            way()
    return "tried"
