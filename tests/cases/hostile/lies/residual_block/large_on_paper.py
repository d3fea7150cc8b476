# loses: performance.residual_block.basic_block
# upon: solution
# earns: 23/2
"""A parameter of four gigabytes in two numbers of memory: whoever draws values for it runs out of memory."""

_make = BasicBlock.__init__


def __init__(self, in_channels, out_channels, stride=1, downsample=None):
    _make(self, in_channels, out_channels, stride, downsample)
    self.paper = nn.Parameter(torch.zeros(1).expand(1 << 15, 1 << 15))


BasicBlock.__init__ = __init__
