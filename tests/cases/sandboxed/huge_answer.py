# expect: failed
"""An answer larger than an answer may be."""

import torch


def attack(host):
    return torch.zeros(1 << 20)
