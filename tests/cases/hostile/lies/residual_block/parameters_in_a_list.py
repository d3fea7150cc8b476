# loses: performance.residual_block.resnet
# upon: solution
# earns: 10
"""A ResNet has a second classifier that no list of parameters names, and it computes with both."""

_make, _forward = ResNet.__init__, ResNet.forward


def __init__(self, block, layers, num_classes=1000):
    _make(self, block, layers, num_classes)
    object.__setattr__(self, "second", [nn.Linear(num_classes, num_classes)])


ResNet.__init__ = __init__
ResNet.forward = lambda self, x: _forward(self, x) + self.second[0](_forward(self, x))
