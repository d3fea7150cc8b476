# loses: performance.residual_block.basic_block
# base: right/plain.py
"""There is no ReLU between the two convolutions of the basic block."""


class BasicBlock:
    def forward(self, x):
        identity = x
        out = self.bn1(self.conv1(x))
        out = self.bn2(self.conv2(out))
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return self.relu(out)
