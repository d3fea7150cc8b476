# found: name _forward_hooks 6, unknown globals 7, unknown vars 8, unknown __import__ 9
# What is looked up in a namespace, by a name that nobody sees or that is put together.
import sys


def train(model, name):
    hooks = vars(model)["_forward" + "_hooks"]
    globals()[name]
    vars(sys)[name]
    return __import__(name), hooks
