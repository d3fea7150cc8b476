# expect: memory
"""A tensor of a terabyte."""

import torch


def attack(host):
    return torch.zeros(1 << 38)
