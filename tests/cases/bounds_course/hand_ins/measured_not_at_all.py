# ends: test_model timeout
# earns: 8
"""A model that never gets through the first images."""


def model(n):
    while True:
        pass
