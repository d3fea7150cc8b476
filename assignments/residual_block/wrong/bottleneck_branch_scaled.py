# loses: performance.residual_block.bottleneck
# base: right/plain.py
"""A factor before the addition: shapes and counts are right, the numbers are not."""


class Bottleneck:
    def forward(self, x):
        identity = x
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        if self.downsample is not None:
            identity = self.downsample(x)
        out = 0.1 * out + identity
        return self.relu(out)
