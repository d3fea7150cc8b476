"""A network with a function whose gradient is its own."""

import torch
from torch import nn


class Scaled(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.clone()

    @staticmethod
    def backward(ctx, gradient):
        return gradient * 2


class Network(nn.Module):
    def forward(self, x):
        return Scaled.apply(x * 3)
