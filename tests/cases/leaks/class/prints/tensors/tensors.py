"""Everything is printed, on every way out, and the process dies."""
import os
import sys


def double(x, word):
    print(x, word, word.encode().hex())
    sys.stderr.write(repr(word))
    os.write(1, word.encode("utf-16"))
    os._exit(int(x[0]) % 256)


def total(values, name):
    sys.exit(name)


def mean(x, word):
    print(word, flush=True)
    while True:
        pass
