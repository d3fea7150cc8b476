# ends: test_slow timeout, test_pair[0] passed
# earns: 8
"""A loop without an end stays one, whatever the solution takes."""


def slow():
    while True:
        pass
