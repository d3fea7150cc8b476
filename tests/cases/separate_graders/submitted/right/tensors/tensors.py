def double(x):
    return 2 * x


def total(x):
    return x.sum().item()


def mean(x):
    return x.mean().item()
