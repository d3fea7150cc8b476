# draws: input convolution batch_norm relu convolution batch_norm convolution batch_norm add relu
# differs: convolution, convolution
"""The downsample is computed first, and drawn after the branch that it joins."""

from torch import nn

SHAPE = (2, 8, 8, 8)


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.Sequential(nn.Conv2d(8, 16, 1, stride=2, bias=False), nn.BatchNorm2d(16))
        self.conv1 = nn.Conv2d(8, 16, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.conv2 = nn.Conv2d(16, 16, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(16)

    def forward(self, x):
        identity = self.down(x)
        y = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
        return (y + identity).relu()
