# loses: performance.residual_block.basic_block, performance.residual_block.bottleneck
# base: right/plain.py
"""x is overwritten on the way, so the downsample gets the output of the branch."""


class BasicBlock:
    def forward(self, x):
        identity = x
        x = self.relu(self.bn1(self.conv1(x)))
        x = self.bn2(self.conv2(x))
        if self.downsample is not None:
            identity = self.downsample(x)
        x = x + identity
        return self.relu(x)


class Bottleneck:
    def forward(self, x):
        identity = x
        x = self.relu(self.bn1(self.conv1(x)))
        x = self.relu(self.bn2(self.conv2(x)))
        x = self.bn3(self.conv3(x))
        if self.downsample is not None:
            identity = self.downsample(x)
        x = x + identity
        return self.relu(x)
