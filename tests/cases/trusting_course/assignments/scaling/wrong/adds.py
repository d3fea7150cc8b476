# loses: code.gated, code.trusting
# base: solution
"""The weight is added."""


class Scale:
    def forward(self, x):
        return self.weight + x
