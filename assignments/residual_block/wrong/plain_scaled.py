# loses: performance.residual_block.basic_block
# base: right/plain.py
"""The plain block multiplies its output by a factor that nobody asked for."""


class PlainBlock:
    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)))
        out = F.relu(self.bn2(self.conv2(out)))
        return 1.5 * out
