# loses: performance.residual_block.bottleneck
# base: right/plain.py
"""The expansion of the bottleneck is 2."""


class Bottleneck:
    expansion = 2
