# ends: test_model manual
# earns: 8
"""A model that goes on answering until the time is over: a large one, or a busy machine."""
import time

import torch


def model(n):
    time.sleep(0.8)
    return torch.zeros(n, 102)
