# loses: performance.residual_block.basic_block, performance.residual_block.bottleneck, performance.residual_block.resnet
"""torchvision's classes under the names that are asked for."""

from torch import nn
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet

PlainBlock = BasicBlock


def count_parameters(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
