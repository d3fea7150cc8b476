# loses: performance.fine_tuning.selective_freezing
# base: right/sequential_scheduler.py
"""freeze_until goes through layer1 to layer4 only: the stem trains on, and `conv1` or `fc` are no names to it."""


def freeze_until(model, layer_name):
    order = ["layer1", "layer2", "layer3", "layer4", "fc"]
    found = False
    for name in order:
        found = found or name == layer_name
        set_trainable([getattr(model, name)], found)
