# expect: crashed
"""A recursion without end that Python does not count."""

import sys


def attack(host):
    sys.setrecursionlimit(1 << 30)
    nested = []
    for _ in range(1_000_000):
        nested = [nested]
    return repr(nested)
