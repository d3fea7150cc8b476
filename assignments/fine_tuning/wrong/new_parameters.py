# loses: performance.fine_tuning.selective_freezing
# base: right/sequential_scheduler.py
"""Freezing makes new Parameter objects, which the optimizer does not know when they thaw."""


def set_trainable(layers, trainable):
    for layer in layers:
        for module in layer.modules():
            for name, param in list(module.named_parameters(recurse=False)):
                setattr(module, name, nn.Parameter(param.data, requires_grad=trainable))
