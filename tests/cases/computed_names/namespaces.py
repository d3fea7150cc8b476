# found: name _forward_hooks 7, unknown globals 8, unknown vars 9, unknown __import__ 10
# What is looked up in a namespace, by a name that nobody sees or that is put together.
import sys


def train(model, name):
    hooks = vars(model)["_forward" + "_hooks"]
    globals()[name]
    vars(sys)[name]
    return __import__(name), hooks
