# loses: performance.residual_block.basic_block
# base: right/plain.py
"""count_parameters counts frozen parameters too."""


def count_parameters(model):
    return sum(p.numel() for p in model.parameters())
