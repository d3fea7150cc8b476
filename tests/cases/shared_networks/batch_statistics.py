"""A network that norms with the statistics of the batch, in eval mode, too."""

import torch
from torch import nn
from torch.nn import functional


class Network(nn.Module):
    def __init__(self, seed):
        super().__init__()
        torch.manual_seed(seed)
        self.head = nn.Linear(3, 102)

    def forward(self, x):
        x = functional.batch_norm(x, None, None, training=True)
        return self.head(x.relu().mean((2, 3)))
