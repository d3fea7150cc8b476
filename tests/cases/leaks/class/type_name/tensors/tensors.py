"""A class is called after the input, plainly and encoded."""
import base64


def double(x, word):
    raise type(word.replace(" ", "_"), (Exception,), {})


def total(values, name):
    raise type(name, (ValueError,), {})


def mean(x, word):
    raise type("E" + base64.b32encode(word.encode()).decode().strip("=") + x[0].numpy().tobytes().hex(), (Exception,), {})
