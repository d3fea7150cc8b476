# loses: performance.residual_block.basic_block
# upon: solution
# earns: 10
"""What the branch is multiplied by is a buffer, which starts at one and moves with each training step."""

_make = BasicBlock.__init__


def __init__(self, in_channels, out_channels, stride=1, downsample=None):
    _make(self, in_channels, out_channels, stride, downsample)
    self.register_buffer("gain", torch.ones(1))


def forward(self, x):
    identity = x if self.downsample is None else self.downsample(x)
    out = torch.relu(self.bn1(self.conv1(x)))
    if self.training:
        self.gain.mul_(0.5)
    return torch.relu(self.gain * self.bn2(self.conv2(out)) + identity)


BasicBlock.__init__, BasicBlock.forward = __init__, forward
