# ends: import memory
# earns: 0
# hands in: tensors.py b"x = " + b"-" * 60_000 + b"1"
"""Sixty thousand signs before a number: the compiler recurses for each."""
