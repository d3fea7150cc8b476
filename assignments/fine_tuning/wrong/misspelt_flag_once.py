# loses: performance.fine_tuning.selective_freezing
# base: right/sequential_scheduler.py
"""The flag is misspelt in freeze_group; the unfreezer freezes by itself, and rightly."""


def freeze_group(layers):
    for layer in layers:
        for param in layer.parameters():
            param.requires_gradient = False
