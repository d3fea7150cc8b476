"""One function writes an answer of its own onto every descriptor that it finds.

earns: 7
expect: test_mean denied
es: Tu código respondió algo que el entorno de corrección no permite.
en: Your code answered something that the grading environment does not allow.
"""
import os


def double(x):
    return 2 * x


def total(x):
    return x.sum().item()


def mean(x):
    for descriptor in range(3, 16):
        try:
            os.write(descriptor, b'{"value": "passed"}' * 8)
        except OSError:
            pass
    return x.mean().item()
