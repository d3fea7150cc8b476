# expect: [0, 1, 2, 3]
"""The open descriptors: no input, the output, the wire."""

import os


def attack(host):
    return [number for number in range(4096) if is_open(number)]


def is_open(number):
    try:
        os.fstat(number)
    except OSError:
        return False
    return True
