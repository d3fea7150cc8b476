"""The trust boundary (both sides): the only code near student code; imports stdlib, torch, numpy
and itself.
"""
