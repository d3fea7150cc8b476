# loses: performance.residual_block.basic_block
# base: right/plain.py
"""The basic block keeps the downsample and never calls it."""


class BasicBlock:
    def forward(self, x):
        identity = x
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        out += identity
        return self.relu(out)
