"""One function wants four gigabytes.

earns: 7
expect: test_mean memory tensors.py:20
es: Tu código pidió más memoria de la permitida (tensors.py:20).
en: Your code asked for more memory than it may use (tensors.py:20).
"""
import torch


def double(x):
    return 2 * x


def total(x):
    return x.sum().item()


def mean(x):
    return torch.ones(1 << 30).mean().item() * x.mean().item()
