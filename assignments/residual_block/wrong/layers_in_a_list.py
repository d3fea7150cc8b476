# loses: performance.residual_block.bottleneck
# base: right/plain.py
"""The layers of the bottleneck live in a plain list, where nothing finds their parameters."""


class Bottleneck:
    def __init__(self, in_channels, out_channels, stride=1, downsample=None):
        super().__init__()
        sizes = [(in_channels, out_channels, 1, 1), (out_channels, out_channels, 3, stride), (out_channels, 4 * out_channels, 1, 1)]
        self.layers = []
        for i, o, k, s in sizes:
            self.layers.append(nn.Conv2d(i, o, k, s, padding=k // 2, bias=False))
            self.layers.append(nn.BatchNorm2d(o))
            self.layers.append(nn.ReLU())
        self.layers.pop()
        self.downsample = downsample

    def forward(self, x):
        out = x
        for layer in self.layers:
            out = layer(out)
        identity = self.downsample(x) if self.downsample is not None else x
        return F.relu(out + identity)
