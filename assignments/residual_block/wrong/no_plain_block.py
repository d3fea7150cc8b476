# loses: performance.residual_block.basic_block
# base: right/plain.py
# removes: gradient_norm, PlainBlock
"""PlainBlock is not there."""


def gradient_norm(block):
    channels = next(block.parameters()).shape[1]
    x = torch.randn(1, channels, 16, 16, requires_grad=True)
    block(x).sum().backward()
    return x.grad.norm().item()
