# loses: performance.residual_block.basic_block, performance.residual_block.bottleneck
# upon: solution
# earns: 8
"""What goes round the branch is the input's data: the sum is right, and no gradient takes the skip."""


def _cut(kind):
    class Cut(kind):
        def forward(self, x):
            identity = x if self.downsample is None else self.downsample(x)
            y = super().forward(x)  # as it should be
            plain = torch.relu(self.branch(x) + identity.data)
            return plain + (y - plain).data

    return Cut


def _basic(self, x):
    return self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))


def _bottleneck(self, x):
    return self.bn3(self.conv3(torch.relu(self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x))))))))


BasicBlock.branch, Bottleneck.branch = _basic, _bottleneck
BasicBlock, Bottleneck = _cut(BasicBlock), _cut(Bottleneck)
