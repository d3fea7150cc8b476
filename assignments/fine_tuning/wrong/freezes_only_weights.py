# loses: performance.fine_tuning.selective_freezing
# base: right/sequential_scheduler.py
# removes: set_trainable
"""Only convolution and linear weights are frozen; biases and batch norms still train."""


def freeze_group(layers):
    for layer in layers:
        for module in layer.modules():
            if isinstance(module, (nn.Conv2d, nn.Linear)):
                module.weight.requires_grad = False
                if module.bias is not None:
                    module.bias.requires_grad = False


def set_trainable(layers, trainable):
    for layer in layers:
        layer.requires_grad_(trainable)
