"""One function is as it was handed out.

earns: 7
expect: test_mean missing tensors.py:19
es: Esta parte está sin escribir: sigue el NotImplementedError (tensors.py:19).
en: This part is not written yet: the NotImplementedError is still there (tensors.py:19).
"""


def double(x):
    return 2 * x


def total(x):
    return x.sum().item()


def mean(x):
    raise NotImplementedError("write mean")
