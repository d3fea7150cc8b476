# expect: ["/tmp"]
# at level B: []
"""The folders of the machine; /tmp is a part of its own disk."""

import os


def attack(host):
    return [
        name for name in ("/", "/root", "/home", "/etc", "/tmp", "/proc", "/sys", "/dev", "/old") if lists(name)
    ]


def lists(name):
    try:
        os.listdir(name)
    except OSError:
        return False
    return True
