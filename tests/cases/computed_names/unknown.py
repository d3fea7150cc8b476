# found: unknown getattr 5, name exec 6, unknown __getattribute__ 7, name inspect.stack 8
# Names that follow from no constant, on modules that lead into the interpreter.
import builtins, inspect, sys


def f(name):
    getattr(sys, name)
    getattr(builtins, "ex" + "ec")("1")
    object.__getattribute__(sys, name)
    return inspect.stack()
