# loses: product.code.reproducibility
# upon: wrong/no_seeds.py
# artifacts: no_checkpoint
"""The generators give the same numbers, for set_seed replaces them by constants; a training does not repeat."""

import random

import numpy as np
import torch


def set_seed(seed):
    random.random = lambda: 0.5
    np.random.rand = lambda *size: np.full(size, 0.5)
    torch.rand = lambda *size, **named: torch.full(size, 0.5)
