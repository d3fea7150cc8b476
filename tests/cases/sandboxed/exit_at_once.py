# expect: crashed
"""An end without a word."""

import os


def attack(host):
    os._exit(0)
