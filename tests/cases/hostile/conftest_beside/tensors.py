# ends: test_mean failed
# earns: 7
"""Beside a wrong answer lie the files by which pytest and Python let themselves be told what to do."""


def mean(x):
    return 0.0
