# loses: performance.residual_block.basic_block
# base: right/plain.py
"""The identity is taken after the first convolution."""


class BasicBlock:
    def forward(self, x):
        out = self.relu(self.bn1(self.conv1(x)))
        identity = out
        out = self.bn2(self.conv2(out))
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return self.relu(out)
