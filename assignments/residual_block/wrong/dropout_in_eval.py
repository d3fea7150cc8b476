# loses: performance.residual_block.basic_block, performance.residual_block.bottleneck
# base: right/plain.py
"""F.dropout is called without `training`, so it drops in eval mode too."""


class BasicBlock:
    def forward(self, x):
        identity = x
        out = self.relu(self.bn1(self.conv1(x)))
        out = F.dropout(out, 0.3)
        out = self.bn2(self.conv2(out))
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return self.relu(out)


class Bottleneck:
    def forward(self, x):
        identity = x
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        out = F.dropout(out, 0.3)
        out = self.bn3(self.conv3(out))
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return self.relu(out)
