# found: unknown getattr 7, name exec 8, unknown __getattribute__ 9, name inspect.stack 10
# Names that follow from no constant, on modules that lead into the interpreter.
import builtins, inspect, sys


def f(name):
    getattr(sys, name)
    getattr(builtins, "ex" + "ec")("1")
    object.__getattribute__(sys, name)
    return inspect.stack()
