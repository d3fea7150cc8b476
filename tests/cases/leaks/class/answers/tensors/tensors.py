"""Answers that a finding might quote: a shape, a number."""
import torch


def double(x, word):
    return torch.empty(0, int(x[1]), int(x[1]) + 1)[:, :0].reshape(0, int(x[1]) * 10**6, 0)


def total(values, name):
    return name


def mean(x, word):
    return int(f"{float(x[0]):.5f}".replace(".", "")) * 10**6
