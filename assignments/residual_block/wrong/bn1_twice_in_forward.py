# loses: performance.residual_block.bottleneck
# base: right/plain.py
"""The forward pass uses bn1 where bn2 belongs; bn2 never learns."""


class Bottleneck:
    def forward(self, x):
        identity = x
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn1(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return self.relu(out)
