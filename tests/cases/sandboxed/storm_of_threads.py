# expect: ['RuntimeError', True]
# at level B: ['RuntimeError', False]
"""Threads until there may be no more."""

import threading


def attack(host):
    threading.stack_size(1 << 16)
    started = 0
    try:
        while True:
            threading.Thread(target=threading.Event().wait, daemon=True).start()
            started += 1
    except RuntimeError as error:
        return [type(error).__name__, started < 64]
