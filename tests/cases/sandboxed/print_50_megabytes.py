# expect: 'printed'
"""Fifty megabytes of output."""


def attack(host):
    for _ in range(50):
        print("x" * (1 << 20))
    return "printed"
