# loses: performance.residual_block.basic_block, performance.residual_block.bottleneck, performance.residual_block.resnet
# upon: solution
"""Everything shows one network and computes with another one, which no module list names."""


def _doubled(kind):
    make, forward = kind.__init__, kind.forward

    def __init__(self, *args, **named):
        make(self, *args, **named)
        shadow = kind.__new__(kind)
        make(shadow, *args, **named)
        object.__setattr__(self, "shadow", [shadow])

    def lying(self, x):
        used = self.shadow[0].train(self.training)
        return forward(used, x) + 0 * sum(p.sum() for p in self.parameters())

    kind.__init__, kind.forward = __init__, lying


for _kind in (BasicBlock, Bottleneck, ResNet):
    _doubled(_kind)
