# expect: 'PermissionError'
"""A child of its own."""

import os


def attack(host):
    try:
        return os.fork()
    except OSError as error:
        return type(error).__name__
