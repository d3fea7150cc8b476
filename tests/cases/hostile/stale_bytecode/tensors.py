# ends: test_mean failed
# earns: 7
"""In __pycache__ lies bytecode of another file, which says that it needs no comparing with this one."""


def mean(x):
    return 0.0
