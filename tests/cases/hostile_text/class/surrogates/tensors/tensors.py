"""Halves of characters in a message, and in the name of a class."""


def double(x):
    raise ValueError("\ud800\udc00\ud83d <b>")


def total(x):
    raise type("E\ud800", (Exception,), {})("\udcff")


def mean(x):
    return "\ud800"
