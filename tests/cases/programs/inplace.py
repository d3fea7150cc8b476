# example: 2,3,5,5
"""It works in place on its input and on its own tensors."""

from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3, padding=1)
        self.norm = nn.BatchNorm2d(3)

    def forward(self, x):
        x += 1
        y = self.norm(self.conv(x)).relu_()
        y = self.conv(y) + x
        return y.add_(1)
