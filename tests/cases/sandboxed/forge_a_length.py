# expect: denied
"""The length of an answer of four gigabytes."""

import os


def attack(host):
    os.write(3, b"\xff\xff\xff\xff")
    while True:
        pass
