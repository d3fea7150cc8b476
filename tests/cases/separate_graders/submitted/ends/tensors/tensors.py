import os


def double(x):
    os._exit(3)


def total(x):
    return x.sum().item()


def mean(x):
    raise ValueError("no mean")
