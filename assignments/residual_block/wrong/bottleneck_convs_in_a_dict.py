# loses: performance.residual_block.bottleneck
# base: right/plain.py
"""The bottleneck's convolutions live in a plain dict, where neither the optimizer nor the state dict finds them."""


class Bottleneck:
    def __init__(self, in_channels, out_channels, stride=1, downsample=None):
        super().__init__()
        self.convs = {
            "reduce": nn.Conv2d(in_channels, out_channels, kernel_size=1, bias=False),
            "conv": nn.Conv2d(out_channels, out_channels, kernel_size=3, stride=stride, padding=1, bias=False),
            "expand": nn.Conv2d(out_channels, out_channels * self.expansion, kernel_size=1, bias=False),
        }
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.bn3 = nn.BatchNorm2d(out_channels * self.expansion)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = downsample

    def forward(self, x):
        identity = x
        out = self.relu(self.bn1(self.convs["reduce"](x)))
        out = self.relu(self.bn2(self.convs["conv"](out)))
        out = self.bn3(self.convs["expand"](out))
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return self.relu(out)
