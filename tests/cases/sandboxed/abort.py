# expect: crashed
"""An abort."""

import os


def attack(host):
    os.abort()
