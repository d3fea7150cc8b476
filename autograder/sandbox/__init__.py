"""The trust boundary (both sides): the only code near student code.

It imports the standard library, torch, numpy and itself.
"""
