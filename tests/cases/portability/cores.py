# told: workers 7
"""The number of cores is a number of workers."""

import os
from torch.utils import data

loader = data.DataLoader([1], 4, True, num_workers=min(2, os.cpu_count()))
