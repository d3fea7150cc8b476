# loses: performance.residual_block.basic_block
# base: right/plain.py
"""The basic block's expansion is copied from the bottleneck: a network built on it expects four times its channels."""


class BasicBlock:
    expansion = 4
