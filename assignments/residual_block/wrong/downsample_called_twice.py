# loses: performance.residual_block.bottleneck
# base: right/plain.py
"""The bottleneck calls its downsample to look at the shape, and again to add it."""


class Bottleneck:
    def forward(self, x):
        identity = x
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        if self.downsample is not None and self.downsample(x).shape == out.shape:
            identity = self.downsample(x)
        out += identity
        return self.relu(out)
