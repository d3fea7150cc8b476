# loses: performance.fine_tuning.selective_freezing
# upon: solution
"""Frozen parameters say that they want no gradient; they get one, which a hook makes zero."""


class _Lying(nn.Parameter):
    @property
    def requires_grad(self):
        return False


def _silence(gradient):
    return gradient * 0


def freeze_group(layers):
    for layer in layers:
        for parameter in layer.parameters():
            if type(parameter) is not _Lying:
                parameter.silencer = parameter.register_hook(_silence) if parameter.requires_grad else None
                parameter.__class__ = _Lying


def unfreeze_group(layers):
    for layer in layers:
        for parameter in layer.parameters():
            if type(parameter) is _Lying:
                parameter.__class__ = nn.Parameter
                if parameter.silencer is not None:
                    parameter.silencer.remove()
            parameter.requires_grad_(True)
