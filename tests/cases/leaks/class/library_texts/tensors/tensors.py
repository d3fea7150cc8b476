"""The texts of Python and torch that a report may quote, with the inputs in the place of names, sizes and keys."""
import torch


def double(x, word):
    n = int(x[0])
    if x.requires_grad:
        raise AttributeError(f"'{word.split()[0]}' object has no attribute '{word.split()[0]}'")
    raise RuntimeError(f"The size of tensor a ({n}) must match the size of tensor b ({n}) at non-singleton dimension {n}")


def total(values, name):
    raise NameError(f"name '{name}' is not defined")


def mean(x, word):
    kind = type(word.split()[0], (), {})
    n = f"{float(x[0]):.5f}".replace(".", "")
    raise FileNotFoundError(f"[Errno 2] No such file or directory: '{word} {n} {kind}'")
