# loses: performance.residual_block.basic_block
# base: right/plain.py
"""gradient_norm only works for blocks with 64 input channels."""


def gradient_norm(block):
    x = torch.randn(1, 64, 16, 16, requires_grad=True)
    block(x).sum().backward()
    return x.grad.norm().item()
