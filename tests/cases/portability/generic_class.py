# told: newer 6
"""Type parameters of a class."""

import torch

class Stack[T](torch.nn.Module):
    pass
