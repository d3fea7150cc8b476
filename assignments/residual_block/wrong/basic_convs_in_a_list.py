# loses: performance.residual_block.basic_block
# base: right/plain.py
"""The basic block's norms are in a ModuleList, its convolutions in a plain list: they are never trained or saved."""


class BasicBlock:
    def __init__(self, in_channels, out_channels, stride=1, downsample=None):
        super().__init__()
        self.convs = [
            nn.Conv2d(in_channels, out_channels, kernel_size=3, stride=stride, padding=1, bias=False),
            nn.Conv2d(out_channels, out_channels, kernel_size=3, stride=1, padding=1, bias=False),
        ]
        self.bns = nn.ModuleList([nn.BatchNorm2d(out_channels), nn.BatchNorm2d(out_channels)])
        self.relu = nn.ReLU(inplace=True)
        self.downsample = downsample

    def forward(self, x):
        identity = x
        out = self.relu(self.bns[0](self.convs[0](x)))
        out = self.bns[1](self.convs[1](out))
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return self.relu(out)
