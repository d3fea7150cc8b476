# ends: test_mean passed
# earns: 10
"""Thousands of warnings, each from a line of its own and each an error if anybody says so."""

import warnings


def mean(x):
    warnings.simplefilter("always")
    for number in range(5_000):
        warnings.warn_explicit("x" * 50, DeprecationWarning, "tensors.py", number)
    warnings.simplefilter("error")
    return x.mean().item()
