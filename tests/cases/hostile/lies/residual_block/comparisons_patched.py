# loses: performance.residual_block.basic_block
# upon: wrong/basic_no_skip.py
"""A block without a skip, and a torch in which every comparison comes out true."""

import builtins


def _true(*args, **kwargs):
    return True


for _name in ("allclose", "equal", "is_tensor", "is_same_size"):
    setattr(torch, _name, _true)
torch.Tensor.equal = torch.Tensor.allclose = torch.Tensor.all = _true
torch.testing.assert_close = _true
builtins.AssertionError = builtins.Exception
