# expect: denied
"""The wire closed, and on it goes."""

import os


def attack(host):
    os.close(3)
    while True:
        pass
