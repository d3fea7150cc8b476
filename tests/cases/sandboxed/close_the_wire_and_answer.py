# expect: crashed
"""The wire closed before the answer."""

import os


def attack(host):
    os.close(3)
    return 1
