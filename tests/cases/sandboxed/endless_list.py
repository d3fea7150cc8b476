# expect: memory
"""A list that grows until memory ends."""


def attack(host):
    grown = []
    while True:
        grown.append(bytes(1 << 20))
