# ends: test_double memory, test_double_lets_the_gradient_through memory, test_total memory, test_mean blocked
# earns: 0
# walls: both
"""Terabytes of tensors, a list of them without end, and a text as long."""

import torch


def double(x):
    if x.requires_grad:
        return [torch.empty(1 << 23) for _ in iter(int, 1)]
    return torch.empty(1 << 44).fill_(1)


def total(x):
    return "x" * (1 << 44)
