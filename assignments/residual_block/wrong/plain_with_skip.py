# loses: performance.residual_block.basic_block
# base: right/plain.py
"""PlainBlock is a copy of the basic block and keeps its skip."""


class PlainBlock:
    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        if out.shape == x.shape:
            out = out + x
        out = F.relu(out)
        return out
