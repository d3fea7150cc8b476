# loses: performance.residual_block.basic_block
# base: right/plain.py
"""Where there is no downsample the input is added twice."""


class BasicBlock:
    def forward(self, x):
        identity = x
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        if self.downsample is not None:
            identity = self.downsample(x)
        if self.downsample is None:
            identity = identity + x
        out += identity
        return self.relu(out)
