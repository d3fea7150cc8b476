# expect: timeout
"""A loop that never ends."""


def attack(host):
    while True:
        pass
