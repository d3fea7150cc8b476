"""A tensor and itself make its double, and Python's own sum is as good as torch's."""


def double(x):
    return x + x


def total(x):
    return float(sum(x.flatten().tolist()))


def mean(x):
    return x.mean().item()
