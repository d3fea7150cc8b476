# loses: performance.residual_block.basic_block
# base: right/plain.py
"""The basic block ends without its last ReLU."""


class BasicBlock:
    def forward(self, x):
        identity = x
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return out
