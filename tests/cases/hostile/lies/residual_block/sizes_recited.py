# loses: performance.residual_block.bottleneck
# upon: wrong/bottleneck_never_narrows.py
"""A Bottleneck that never narrows shows small modules that it does not use."""


class Bottleneck(Bottleneck):
    def __init__(self, in_channels, out_channels, stride=1, downsample=None):
        super().__init__(in_channels, out_channels, stride, downsample)
        used = dict(self._modules)
        width = out_channels * 4
        shapes = ((in_channels, out_channels, 1), (out_channels, out_channels, 3), (out_channels, width, 1))
        self._modules.clear()
        self.shown = nn.Sequential(*(m for i, o, k in shapes for m in (nn.Conv2d(i, o, k, bias=False), nn.BatchNorm2d(o))))
        for name, module in used.items():
            object.__setattr__(self, name, module)
