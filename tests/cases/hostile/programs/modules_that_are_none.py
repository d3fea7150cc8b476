# ends: fails
"""The network says in __class__ that it is a module, and is a text."""


class Network(str):
    @property
    def __class__(self):
        from torch import nn

        return nn.Module
