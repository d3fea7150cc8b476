# loses: performance.residual_block.basic_block
# base: right/plain.py
"""A misspelt attribute that only the branch with a downsample reaches."""


class BasicBlock:
    def forward(self, x):
        identity = x
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        if self.downsample is not None:
            identity = self.downsampel(x)
        out += identity
        return self.relu(out)
