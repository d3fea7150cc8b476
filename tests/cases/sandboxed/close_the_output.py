# expect: 'answered'
"""Standard output closed."""

import os


def attack(host):
    os.close(1)
    os.close(2)
    return "answered"
