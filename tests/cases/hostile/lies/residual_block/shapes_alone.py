# loses: performance.residual_block.basic_block, performance.residual_block.bottleneck, performance.residual_block.resnet
# upon: stub
"""Modules, shapes and flags are right, and nothing is computed: every output is zero."""


def _norms(*sizes):
    return nn.ModuleList(m for i, o, k in sizes for m in (nn.Conv2d(i, o, k, bias=False), nn.BatchNorm2d(o)))


class PlainBlock(nn.Module):
    expansion = 1

    def __init__(self, in_channels, out_channels, stride=1, downsample=None):
        super().__init__()
        self.shown = self.layers(in_channels, out_channels)
        self.downsample, self.stride, self.width = downsample, stride, out_channels * self.expansion

    def layers(self, i, o):
        return _norms((i, o, 3), (o, o, 3))

    def forward(self, x):
        return x.new_zeros(len(x), self.width, *(-(-side // self.stride) for side in x.shape[2:]))


class BasicBlock(PlainBlock):
    pass


class Bottleneck(PlainBlock):
    expansion = 4

    def layers(self, i, o):
        return _norms((i, o, 1), (o, o, 3), (o, 4 * o, 1))


class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000):
        super().__init__()
        self.stem, self.blocks, width = _norms((3, 64, 7)), nn.ModuleList(), 64
        for stage, depth in enumerate(layers):
            for index in range(depth):
                out, stride = 64 * 2**stage, 2 if stage and not index else 1
                projected = stride != 1 or width != out * block.expansion
                downsample = nn.Sequential(*_norms((width, out * block.expansion, 1))) if projected else None
                self.blocks.append(block(width, out, stride, downsample))
                width = out * block.expansion
        self.fc = nn.Linear(width, num_classes)

    def forward(self, x):
        return x.new_zeros(len(x), self.fc.out_features)
