"""A file that nobody asked for."""


def mean(x):
    return x.mean().item()
