"""What is asked: a pair, a table, some numbers, an answer that takes its time, and a model."""

import time

import torch


def pair(n):
    return n, n + 1


def table(n):
    return {"n": n, "square": n * n}


def many(n):
    return list(range(n))


def slow():
    time.sleep(0.3)
    return "done"


def model(n):
    return torch.zeros(n, 102)
