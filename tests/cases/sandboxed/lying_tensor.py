# expect: failed
"""A tensor of a class of its own, which agrees with everything."""

import torch


class Agreeable(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        return torch.ones(1).bool()

    def __eq__(self, other):
        return True


def attack(host):
    return torch.zeros(2).as_subclass(Agreeable)
