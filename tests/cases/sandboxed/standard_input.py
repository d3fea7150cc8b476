# expect: ''
"""What there is to read."""

import sys


def attack(host):
    return sys.stdin.read()
