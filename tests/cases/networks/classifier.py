# draws: input convolution relu max_pool flatten linear dropout linear log_softmax
# train
"""A small classifier in training mode: pooling, flattening, dropout, logarithms of a softmax."""

from torch import nn

SHAPE = (2, 3, 16, 16)


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(3, 8, 3, padding=1),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(8 * 8 * 8, 32),
            nn.Dropout(0.5),
            nn.Linear(32, 4),
            nn.LogSoftmax(dim=1),
        )

    def forward(self, x):
        return self.layers(x)
