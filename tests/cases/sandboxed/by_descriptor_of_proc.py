# expect: []
"""The folder /proc by the descriptors that the zygote keeps: its own, and those of namespaces."""

import os


def attack(host):
    found = []
    for descriptor in range(1 << 16):
        try:
            kind = os.fstatvfs(descriptor).f_fsid, os.fstat(descriptor)
        except OSError:
            continue
        for name in ("self/status", "1/maps", ".", ".."):
            try:
                os.open(name, os.O_RDONLY, dir_fd=descriptor)
            except OSError:
                continue
            found.append((descriptor, name, str(kind)))
    return found
