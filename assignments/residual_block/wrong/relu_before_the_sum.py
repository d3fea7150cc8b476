# loses: performance.residual_block.basic_block, performance.residual_block.bottleneck
# base: right/plain.py
"""The last ReLU comes before the addition instead of after it."""


class BasicBlock:
    def forward(self, x):
        identity = x
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        if self.downsample is not None:
            identity = self.downsample(x)
        return self.relu(out) + identity


class Bottleneck:
    def forward(self, x):
        identity = x
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        if self.downsample is not None:
            identity = self.downsample(x)
        return self.relu(out) + identity
