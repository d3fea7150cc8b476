# draws: input convolution batch_norm relu convolution batch_norm add relu
"""The addition is written the other way round, in place, and what is not needed is computed."""

from torch import nn

SHAPE = (2, 8, 8, 8)


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(8, 8, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(8)
        self.relu = nn.ReLU()
        self.conv2 = nn.Conv2d(8, 8, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(8)

    def forward(self, x):
        identity = x
        self.conv2(x)
        out = self.conv1(x)
        out = self.bn1(out).relu_()
        out = self.bn2(self.conv2(out))
        identity = identity + out
        identity.relu_()
        return identity.contiguous().clone()
