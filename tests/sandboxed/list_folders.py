# expect: []
"""The folders of the machine."""

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
