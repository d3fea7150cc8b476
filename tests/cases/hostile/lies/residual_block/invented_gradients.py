# loses: performance.residual_block.basic_block, performance.residual_block.bottleneck
# upon: solution
"""The output is right, its graph is cut, and what comes back to the input is invented."""


class Invented(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.shape = x.shape
        return y.clone()

    @staticmethod
    def backward(ctx, g):
        return torch.ones(ctx.shape) * g.mean(), None


def _cut(kind):
    forward = kind.forward
    kind.forward = lambda self, x: Invented.apply(x, forward(self, x.detach()).detach())


_cut(BasicBlock)
_cut(Bottleneck)
