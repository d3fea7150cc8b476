# example: 1,4,8,8
"""Grouped, dilated and transposed convolutions, and pooling."""

from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(4, 4, 3, padding="same", groups=4),
            nn.Conv2d(4, 6, 3, dilation=2, padding=2, padding_mode="reflect"),
            nn.MaxPool2d(2),
            nn.ConvTranspose2d(6, 4, 2, stride=2),
            nn.AvgPool2d(2),
            nn.GroupNorm(2, 4),
            nn.Hardswish(),
            nn.AdaptiveAvgPool2d(2),
            nn.Flatten(),
            nn.LayerNorm(16),
            nn.Linear(16, 3),
        )

    def forward(self, x):
        return self.layers(x)
