# loses: performance.residual_block.basic_block, performance.residual_block.bottleneck, performance.residual_block.resnet
"""All names are there, but every forward pass returns its input."""

import torch
import torch.nn as nn


class PlainBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()

    def forward(self, x):
        return x


class BasicBlock(PlainBlock):
    expansion = 1

    def __init__(self, in_channels, out_channels, stride=1, downsample=None):
        super().__init__(in_channels, out_channels, stride)


class Bottleneck(BasicBlock):
    expansion = 4


class ResNet(PlainBlock):
    def __init__(self, block, layers, num_classes=1000):
        super().__init__(3, num_classes)


def count_parameters(model):
    return 0


def gradient_norm(block):
    return 0.0
