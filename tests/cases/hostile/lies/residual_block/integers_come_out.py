# loses: performance.residual_block.basic_block, performance.residual_block.bottleneck
# upon: solution
# earns: 8
"""Blocks answer with whole numbers, which have no gradient, and with complex ones."""

_basic, _bottleneck = BasicBlock.forward, Bottleneck.forward
BasicBlock.forward = lambda self, x: _basic(self, x).long()
Bottleneck.forward = lambda self, x: _bottleneck(self, x) + 0j
