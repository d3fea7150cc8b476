"""One function ends its process.

earns: 7
expect: test_mean crashed
es: El proceso que ejecutaba tu código terminó de golpe (por ejemplo, por os._exit o un fallo de memoria).
en: The process that ran your code ended abruptly (os._exit or a memory fault, for example).
"""
import os


def double(x):
    return 2 * x


def total(x):
    return x.sum().item()


def mean(x):
    os._exit(0)
