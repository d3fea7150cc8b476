"""A stem, a last stage and a head, each with weights that follow from a seed of its own."""

import torch
from torch import nn


def layer(inputs, outputs, seed):
    torch.manual_seed(seed)
    norm = nn.BatchNorm2d(outputs)
    norm.running_mean.normal_()
    norm.running_var.uniform_(0.5, 2)
    conv = nn.Conv2d(inputs, outputs, 3, stride=2, padding=1, bias=False)
    return nn.Sequential(conv, norm, nn.ReLU(inplace=True))


class Network(nn.Module):
    def __init__(self, stem, stage, head):
        super().__init__()
        self.stem = nn.Sequential(layer(3, 16, stem), layer(16, 32, stem))
        self.stage = layer(32, 64, 10 * stage)
        torch.manual_seed(100 * head)
        self.head = nn.Linear(64, 102)

    def forward(self, x):
        return self.head(self.stage(self.stem(x)).mean((2, 3)))
