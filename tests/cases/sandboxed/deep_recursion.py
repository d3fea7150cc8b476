# expect: raised
"""A recursion without end."""


def attack(host):
    return attack(host)
