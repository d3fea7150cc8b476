# loses: performance.residual_block.basic_block
# base: right/plain.py
"""count_parameters prints its answer and returns nothing."""


def count_parameters(model):
    print("Parameters:", sum(p.numel() for p in model.parameters() if p.requires_grad))
