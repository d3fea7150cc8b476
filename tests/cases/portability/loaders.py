# told: workers 9
"""A DataLoader that asks for workers gets none: a remark."""

import torch
from torch.utils.data import DataLoader

WORKERS = 2
one = DataLoader([1], num_workers=0)
two = DataLoader([1], num_workers=WORKERS)
three = DataLoader([1], num_workers=4)
