# expect: crashed
"""An access to memory that is not there."""

import ctypes


def attack(host):
    return ctypes.string_at(8)
