def double(x):
    return 2 * x


total = undefined_name


def mean(x):
    return 1
