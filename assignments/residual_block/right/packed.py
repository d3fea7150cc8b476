# right: each branch is one private Sequential; nothing happens in place

import torch
import torch.nn as nn
import torch.nn.functional as F


def _branch(*sizes):
    layers = []
    for i, o, k, s in sizes:
        layers += [nn.Conv2d(i, o, k, s, k // 2, bias=False), nn.BatchNorm2d(o), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


class PlainBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self._f = _branch((in_channels, out_channels, 3, stride), (out_channels, out_channels, 3, 1))

    def forward(self, x):
        return self._f(x).relu()


class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, in_channels, out_channels, stride=1, downsample=None):
        super().__init__()
        self._f = _branch((in_channels, out_channels, 3, stride), (out_channels, out_channels, 3, 1))
        self._g = downsample or nn.Identity()

    def forward(self, x):
        return (self._f(x) + self._g(x)).relu()


class Bottleneck(BasicBlock):
    expansion = 4

    def __init__(self, in_channels, out_channels, stride=1, downsample=None):
        nn.Module.__init__(self)
        self._f = _branch(
            (in_channels, out_channels, 1, 1), (out_channels, out_channels, 3, stride), (out_channels, 4 * out_channels, 1, 1)
        )
        self._g = downsample or nn.Identity()


class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000):
        super().__init__()
        self.in_channels = 64
        self.conv1 = nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.layer1 = self._make_layer(block, 64, layers[0])
        self.layer2 = self._make_layer(block, 128, layers[1], stride=2)
        self.layer3 = self._make_layer(block, 256, layers[2], stride=2)
        self.layer4 = self._make_layer(block, 512, layers[3], stride=2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512 * block.expansion, num_classes)

    def _make_layer(self, block, out_channels, blocks, stride=1):
        downsample = None
        if stride != 1 or self.in_channels != out_channels * block.expansion:
            downsample = nn.Sequential(
                nn.Conv2d(self.in_channels, out_channels * block.expansion, kernel_size=1, stride=stride, bias=False),
                nn.BatchNorm2d(out_channels * block.expansion),
            )
        layers = [block(self.in_channels, out_channels, stride, downsample)]
        self.in_channels = out_channels * block.expansion
        for _ in range(1, blocks):
            layers.append(block(self.in_channels, out_channels))
        return nn.Sequential(*layers)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer1(x)
        x = self.layer2(x)
        x = self.layer3(x)
        x = self.layer4(x)
        x = self.avgpool(x)
        x = torch.flatten(x, 1)
        return self.fc(x)


def count_parameters(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def gradient_norm(block):
    channels = next(block.parameters()).shape[1]
    x = torch.randn(1, channels, 16, 16, requires_grad=True)
    block(x).sum().backward()
    return x.grad.norm().item()
