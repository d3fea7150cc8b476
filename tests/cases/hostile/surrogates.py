# ends: test_total raised, test_mean blocked
# earns: 4
"""Halves of characters in names, texts and output, which no encoding of a report can write."""


def total(x):
    print("\ud800\udfff\udcff")
    raise type("\udcff\ud800", (Exception,), {})("\ud800" * 3000)
