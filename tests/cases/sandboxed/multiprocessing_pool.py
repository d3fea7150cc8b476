# expect: raised
"""Processes of multiprocessing."""

import multiprocessing


def attack(host):
    context = multiprocessing.get_context("fork")
    process = context.Process(target=print)
    process.start()
    return process.pid
