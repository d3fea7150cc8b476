import random

import torch


def double(x):
    return 2 * x + torch.rand(()) + random.random()


def total(x):
    raise ValueError(f"no total but {torch.rand(()).item()}")


def mean(x):
    return x.mean().item()
