# loses: code.gated, code.trusting
# base: solution
"""The weight is one number for all channels."""


class Scale:
    def __init__(self, channels):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(()))

    def forward(self, x):
        return self.weight.mean() * x
