# loses: performance.residual_block.basic_block
# base: right/plain.py
"""gradient_norm sums up the gradients of the weights instead of the input."""


def gradient_norm(block):
    channels = next(block.parameters()).shape[1]
    x = torch.randn(1, channels, 16, 16, requires_grad=True)
    block(x).sum().backward()
    return sum(p.grad.norm() ** 2 for p in block.parameters()).sqrt().item()
